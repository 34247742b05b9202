import fc from "fast-check";
import { expect, test } from "vitest";
import { operations } from "../api/api-document.ts";
import { receiver } from "../receiving/receiver.ts";
import { API_KEY } from "../spine/setting.ts";
import { cases, FUZZ_TIMEOUT_MS, sendAll } from "./fuzzing.ts";
import { exchange, rawRequest } from "./raw-http.ts";

interface Known {
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
}

/** What there is: the operations of the API, the receiver, pages and what their scripts ask. */
const KNOWN: readonly Known[] = [
  ...operations.map(({ method, path }) => ({ method, path: `/api/v1${path}` })),
  { method: "GET", path: "/webhooks/meta" },
  { method: "POST", path: "/webhooks/meta/{appId}" },
  { method: "GET", path: "/connect/onboard" },
  { method: "GET", path: "/connect/onboard/callback" },
  { method: "POST", path: "/connect/onboard/redirect" },
  { method: "GET", path: "/connect/sdk" },
  { method: "POST", path: "/connect/sdk/open" },
  { method: "GET", path: "/connect/heartbeat/{token}" },
];

/** What a piece of a path or a query may be instead. */
const PIECES = [
  "%",
  "%0",
  "%zz",
  "%00",
  "%0d%0ax-evil:%201",
  "%2e%2e%2f",
  "..",
  ".",
  "//",
  "\\",
  "%ff%fe",
  "%F0%9F%8E%89",
  "%ed%a0%80",
  "__proto__",
  "constructor",
  "toString",
  "*",
  "?",
  "#",
  ";a=b",
  "[]",
  "{id}",
  ":id",
  "\u00e9",
  "\u00ff",
  "a".repeat(6_000),
  "-1",
  "null",
];

const QUERIES = [
  "hub.mode=subscribe&hub.verify_token=x&hub.challenge=1",
  "hub.mode=subscribe&hub.mode=subscribe&hub.challenge=<script>",
  "hub.mode[]=subscribe",
  "limit=1e9&cursor=x",
  "limit=-1",
  "limit=0x10&cursor=%00",
  "cursor=eyJhbGciOiJub25lIn0.e30.",
  "tenantId=__proto__",
  "__proto__[polluted]=1&constructor.prototype.polluted=1",
  "=&=&&&",
  "state=x&code=x",
  "error=access_denied&state=%E0%A4%A",
  "from=2026-99-99T99:99:99Z",
];

interface Drawn {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

const piece = fc.oneof(fc.constantFrom(...PIECES), fc.stringMatching(/^[\x21-\x7e]{0,12}$/));
const placed = fc.tuple(fc.nat(8), piece, fc.boolean());

/** A known route with anything for its parameters; half of them with pieces put in, or replaced. */
const route = fc
  .record({
    known: fc.constantFrom(...KNOWN),
    filling: piece,
    other: fc.option(fc.constantFrom(...METHODS), { freq: 3 }),
    mutations: fc.oneof(fc.constant([]), fc.array(placed, { maxLength: 3 })),
  })
  .map(({ known, filling, other, mutations }) => {
    const parts = known.path.replaceAll(/\{\w+\}/g, () => filling).split("/");
    for (const [at, text, replaces] of mutations) parts.splice(at, replaces ? 1 : 0, text);
    const whole = parts.join("/");
    const path = whole.startsWith("/") ? whole : `/${whole}`;
    return { method: other ?? known.method, path };
  });

const query = fc.oneof(
  fc.constant(""),
  fc.constantFrom(...QUERIES).map((text) => `?${text}`),
  fc.array(piece, { maxLength: 4 }).map((pieces) => `?${pieces.join("&")}`),
);

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    route,
    query,
    isKnown: fc.boolean(),
    headers: fc.subarray([
      "x-api-key: %%%",
      "cookie: __Host-a=b; =; ;;; a=%ff",
      "idempotency-key: \u00ff",
      "accept-language: *;q=9,\u00e9,,;;-",
      "content-type: \u00ff/json; charset=x",
      "x-forwarded-for: ::1, %00",
      "sec-fetch-site: same-origin",
      "if-none-match: *",
      "range: bytes=0-0,-1",
    ]),
  })
  .map(({ route: { method, path }, query: search, isKnown, headers }) => {
    const key = isKnown ? [`authorization: Bearer ${API_KEY}`] : [];
    return { method, target: path + search, headers: [...key, ...headers] };
  });

test("no target is a fault of ours, and none is left without an answer", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const here = await receiver();
  await sendAll(drawn, { count: cases(800, 0.1), atOnce: 16 }, async (batch) => {
    const requests = batch.map(({ method, target, headers }) =>
      exchange(here.url, rawRequest(`${method} ${target}`, [...headers, "content-length: 0"])),
    );
    const faults = (await Promise.all(requests)).flatMap(({ status = 0, text }, index) => {
      const { method, target } = batch[index] ?? {};
      const isFault =
        status === 0 || (status >= 500 && status !== 501) || /x-evil/i.test(headOf(text));
      return isFault ? [`${status} to ${method} ${target}`] : [];
    });
    expect(faults).toEqual([]);
  });
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect((await exchange(here.url, rawRequest("GET /api/v1/health/live", []))).status).toBe(200);
});

function headOf(text: string): string {
  return text.slice(0, text.indexOf("\r\n\r\n"));
}
