import { describe, expect, test } from "vitest";
import { parseNotification } from "../parse.ts";
import { presentItem } from "../present.ts";

const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };

function present(value: object) {
  const body = { entry: [{ id: "waba", changes: [{ field: "history", value }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

const chunk = { phase: 1, chunk_order: 7, progress: 30 };
const message = (id: string, more: object = {}) => ({ id, type: "text", ...more });

/** The only history in what was told. */
function historyIn(value: object) {
  const [told] = present(value);
  if (told?.type !== "history.synced") throw new Error(`is ${told?.type}`);
  return told.data;
}

describe("a chunk of history", () => {
  test("tells the direction of each message", () => {
    const messages = [
      message("out", { from: "+1 555-010-0142" }),
      message("in", { from: "15550123456" }),
      message("hidden", { from_user_id: "US.1" }),
    ];
    const { threads } = historyIn({
      metadata,
      history: [{ metadata: chunk, threads: [{ messages }] }],
    });
    expect(threads[0]?.messages.map(({ direction }) => direction)).toEqual([
      "outbound",
      "inbound",
      "inbound",
    ]);
  });

  test("where Meta does not name the business what has an addressee is its own", () => {
    const messages = [
      message("out", { to: "15550123456" }),
      message("in", { from: "15550123456" }),
    ];
    const { threads } = historyIn({ history: [{ threads: [{ messages }] }] });
    expect(threads[0]?.messages.map(({ direction }) => direction)).toEqual(["outbound", "inbound"]);
  });

  test.each([
    [{ id: "15550123456" }, { contactIdentifier: "+15550123456" }],
    [
      { context: { user_id: "US.1", username: "@ann" } },
      { contactIdentifier: "US.1", contactPhone: null },
    ],
    [{ id: "15550123456", context: { user_id: "US.1" } }, { contactPhone: "+15550123456" }],
    [{}, null],
  ])("names the user of a thread: %j", (thread, contact) => {
    const { threads } = historyIn({ history: [{ threads: [{ ...thread, messages: [] }] }] });
    expect(threads).toMatchObject([{ contact, messages: [] }]);
  });

  test("of thousands of messages is told in parts that together hold each of them", () => {
    const messages = Array.from({ length: 2_345 }, (_, at) => message(`w${at}`));
    const told = present({ metadata, history: [{ metadata: chunk, threads: [{ messages }] }] });
    const parts = told.flatMap((each) => (each.type === "history.synced" ? [each.data] : []));
    expect(parts.map(({ part, parts, chunkOrder }) => [part, parts, chunkOrder])).toEqual(
      Array.from({ length: 24 }, (_, at) => [at + 1, 24, 7]),
    );
    const wamids = parts.flatMap(({ threads }) =>
      threads.flatMap((thread) => thread.messages.map(({ wamid }) => wamid)),
    );
    expect(wamids).toEqual(messages.map(({ id }) => id));
    expect(parts.flatMap(({ raw }) => JSON.stringify(raw).match(/"w\d+"/g)?.length)).toEqual([
      ...Array(23).fill(100),
      45,
    ]);
  });

  test("keeps what is no message in its raw value", () => {
    const messages = [7, { type: "text" }, message("w1", { history_context: { status: "READ" } })];
    const told = historyIn({ history: [{ metadata: chunk, threads: [{ messages }, "odd"] }] });
    expect(told.threads).toMatchObject([{ messages: [{ wamid: "w1", historyStatus: "READ" }] }]);
    expect(told.raw).toEqual({ history: [{ metadata: chunk, threads: [{ messages }, "odd"] }] });
  });

  test.each([{}, { surprise: 1 }, 7, null])("that is none is unknown: %j", (odd) => {
    expect(present({ history: [odd] })).toEqual([
      { type: "webhook.unknown", data: { field: "history", value: { history: [odd] } } },
    ]);
  });
});

test.each([
  [2593109, true],
  ["2593109", true],
  [2593110, false],
])("a business that keeps its history to itself has declined: %j", (code, declined) => {
  expect(historyIn({ history: [{ errors: [{ code }] }] })).toMatchObject({
    declined,
    errors: [{ code: Number(code) }],
    threads: [],
    progress: null,
  });
});

test("files come later, of either side, with the wamid of their message", () => {
  const contacts = [{ user_id: "US.1", profile: { name: "Ann" } }];
  const image = { id: "1" };
  const value = {
    metadata,
    contacts,
    messages: [{ id: "in", type: "image", image, from_user_id: "US.1" }],
    message_echoes: [{ id: "out", type: "image", image, to_user_id: "US.1" }],
  };
  const media = (wamid: string, direction: string) => ({
    type: "history.synced",
    data: {
      media: { contact: { name: "Ann" }, message: { wamid, direction, image } },
      threads: [],
      part: 1,
      parts: 1,
    },
  });
  expect(present(value)).toMatchObject([media("in", "inbound"), media("out", "outbound")]);
});
