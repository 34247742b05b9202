import { describe, expect, expectTypeOf, test } from "vitest";
import { type MessageUpdate, readMessage } from "./message-update.ts";

const envelope = { id: "wamid.1", timestamp: "1795219200", from: "15550123456" };
const read = (type: string, content: object) => readMessage({ ...envelope, type, ...content });

describe("a message", () => {
  test("has Meta's id as wamid, an ISO instant, and null for what is absent", () => {
    expect(read("text", { text: { body: "hi" } })).toEqual({
      wamid: "wamid.1",
      timestamp: "2026-11-21T00:00:00.000Z",
      from: "15550123456",
      fromUserId: null,
      fromParentUserId: null,
      groupId: null,
      context: null,
      referral: null,
      errors: null,
      type: "text",
      text: { body: "hi" },
    });
  });

  test("is told apart by its type", () => {
    const message = read("text", { text: { body: "hi" } });
    if (message?.type !== "text") throw new Error("must be a text");
    expectTypeOf(message.text?.body).toEqualTypeOf<string | null | undefined>();
    expect(message.text?.body).toBe("hi");
    expectTypeOf<MessageUpdate["type"]>().not.toEqualTypeOf<string>();
  });

  test.each([1795219200, "1795219200"])("has the same instant from %j", (timestamp) => {
    expect(readMessage({ ...envelope, timestamp })).toMatchObject({
      timestamp: "2026-11-21T00:00:00.000Z",
    });
  });

  test.each(["soon", -1, 1e300, "99999999999999", null, {}, "", "1795219200Z"])(
    "has no instant rather than a wrong one: %j",
    (timestamp) => {
      expect(readMessage({ ...envelope, timestamp })).toMatchObject({ timestamp: null });
    },
  );

  test.each([undefined, "", null, 7, {}])("without an id is none: %j", (id) => {
    expect(readMessage({ ...envelope, id, type: "text" })).toBeUndefined();
  });

  test("keeps names it does not know, on every level", () => {
    expect(
      read("text", { brand_new: { a_b: 1 }, text: { body: "hi", font_size: 3 } }),
    ).toMatchObject({
      brandNew: { aB: 1 },
      text: { body: "hi", fontSize: 3 },
    });
  });
});

describe("one odd field never costs the rest", () => {
  test.each([
    ["content of another type", { text: "hi" }, { text: null }],
    ["content missing", {}, { text: null }],
    ["a body that is a number", { text: { body: 7 } }, { text: { body: "7" } }],
    ["a body that is an object", { text: { body: {} } }, { text: { body: null } }],
    ["a context that is a list", { context: [] }, { context: null }],
    ["a flag in quotes", { context: { forwarded: "true" } }, { context: { forwarded: true } }],
    ["errors that are none", { errors: "x" }, { errors: null }],
    ["errors among others", { errors: [1, { code: "131051" }] }, { errors: [{ code: 131051 }] }],
  ])("%s", (_what, content, expected) => {
    expect(read("text", content)).toMatchObject({ wamid: "wamid.1", type: "text", ...expected });
  });
});

describe("every type of Meta is typed", () => {
  const image = { id: "1", mime_type: "image/png", sha256: "x=", url: "https://a" };
  test.each([
    ["image", image, { mimeType: "image/png", caption: null }],
    ["audio", { ...image, voice: true }, { voice: true }],
    ["video", { ...image, caption: "c" }, { caption: "c" }],
    ["document", { ...image, filename: "f" }, { filename: "f", caption: null }],
    ["sticker", { ...image, animated: false }, { animated: false }],
    ["location", { latitude: 1.5, longitude: "-2" }, { latitude: 1.5, longitude: -2, name: null }],
    [
      "contacts",
      [{ name: { formatted_name: "B" } }],
      [{ name: { formattedName: "B" }, phones: null }],
    ],
    [
      "interactive",
      { type: "list_reply", list_reply: { id: "1", title: "t" } },
      {
        type: "list_reply",
        listReply: { id: "1", title: "t", description: null },
        buttonReply: null,
      },
    ],
    ["button", { payload: "p", text: "t" }, { payload: "p", text: "t" }],
    [
      "order",
      { product_items: [{ item_price: 7.99 }] },
      { productItems: [{ itemPrice: 7.99 }], text: null },
    ],
    ["reaction", { message_id: "w", emoji: "👍" }, { messageId: "w", emoji: "👍" }],
    ["reaction", { message_id: "w", emoji: "" }, { messageId: "w", emoji: null }],
    ["reaction", { message_id: "w" }, { messageId: "w", emoji: null }],
    ["system", { type: "user_changed_number", wa_id: "1" }, { waId: "1", userId: null }],
    ["unsupported", { type: "poll" }, { type: "poll" }],
    [
      "edit",
      { original_message_id: "w", message: { type: "text", text: { body: "b" } } },
      {
        originalMessageId: "w",
        message: { type: "text", text: { body: "b" }, image: null },
      },
    ],
    ["revoke", { original_message_id: "w" }, { originalMessageId: "w" }],
  ])("%s", (type, content, expected) => {
    expect(read(type, { [type]: content })).toMatchObject({ type, [type]: expected });
  });

  test("call permission replies have an instant", () => {
    const call_permission_reply = { response: "accept", expiration_timestamp: 1795824000 };
    expect(read("interactive", { interactive: { call_permission_reply } })).toMatchObject({
      interactive: { callPermissionReply: { expirationTimestamp: "2026-11-28T00:00:00.000Z" } },
    });
  });

  test("request_welcome has no content", () => {
    expect(read("request_welcome", {})).toMatchObject({ type: "request_welcome" });
  });
});

describe("a type newer than this library", () => {
  test.each(["hologram", "constructor", "__proto__", "unknown"])("is unknown: %s", (type) => {
    expect(read(type, { hologram: { beam_width: 3 } })).toMatchObject({
      type: "unknown",
      originalType: type,
      hologram: { beamWidth: 3 },
    });
  });

  test.each([undefined, null, {}, []])("or none at all is unknown: %j", (type) => {
    expect(readMessage({ ...envelope, type })).toMatchObject({
      type: "unknown",
      originalType: null,
    });
  });
});
