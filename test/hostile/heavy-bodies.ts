const MIB = 1024 * 1024;
/** What the receiver takes at most is 4 MiB. */
const BYTES = 4 * MIB - 1_024;

const repeated = (text: string, bytes = BYTES) => text.repeat(Math.floor(bytes / text.length));
const value = (json: string) =>
  `{"entry":[{"id":"1","changes":[{"field":"messages","value":${json}}]}]}`;
const list = (element: string) => `[${repeated(`${element},`, BYTES - 200)}${element}]`;
const distinct = (element: (index: number) => string) =>
  `[${Array.from({ length: 100_000 }, (_, index) => element(index)).join()}]`;

/** Large bodies, most of almost 4 MiB, each of which makes something naive slow. */
export const HEAVY: Readonly<Record<string, string>> = {
  "nested arrays": `${"[".repeat(BYTES / 2)}${"]".repeat(BYTES / 2)}`,
  "nested objects": `${repeated('{"a":', BYTES * 0.8)}1${"}".repeat((BYTES * 0.8) / 5)}`,
  "arrays that never close": "[".repeat(BYTES),
  "nested in a value": value(`${"[".repeat(BYTES / 2.1)}${"]".repeat(BYTES / 2.1)}`),
  "one number without end": value(`{"id":${"9".repeat(BYTES - 200)}}`),
  "long numbers": value(list("12345678901234567890")),
  "one long text": value(`"${"x".repeat(BYTES - 200)}"`),
  escapes: value(`"${repeated("\\u0000", BYTES - 200)}"`),
  "quotes and backslashes": value(`"${repeated('\\\\\\"', BYTES - 200)}"`),
  "a text that never closes": `{"a":"${"\\".repeat(BYTES - 10)}`,
  "white space": `${" ".repeat(BYTES - 10)}{}`,
  "empty entries": `{"entry":${list("{}")}}`,
  "empty changes": `{"entry":[{"id":"1","changes":${list("{}")}}]}`,
  "empty messages": value(`{"messages":${list("{}")}}`),
  "messages that are numbers": value(`{"messages":${list("1")}}`),
  "equal messages": value(`{"messages":${list('{"id":"a","type":"text"}')}}`),
  "different messages": value(`{"messages":${distinct((index) => `{"id":"${index}"}`)}}`),
  "different entries": `{"entry":${distinct((index) => `{"id":"${index}"}`)}}`,
  "equal contacts": value(
    `{"messages":[{"id":"a","from":"1"}],"contacts":${list('{"wa_id":"1"}')}}`,
  ),
  "one name many times": value(`{${repeated('"a":1,', BYTES - 200)}"a":1}`),
  "many names": value(`{${Array.from({ length: 250_000 }, (_, index) => `"n${index}":0`).join()}}`),
  "numbers as names": value(
    `{${Array.from({ length: 250_000 }, (_, index) => `"${index * 7}":0`).join()}}`,
  ),
};
