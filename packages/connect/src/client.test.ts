import { expect, test } from "vitest";
import { fakePage, HUB } from "../test/fake-page.ts";
import { type ConnectTarget, clientFor } from "./client.ts";

const RESULT = { wabaId: "1000", phoneId: "1001", code: "AQx", coexistence: false };
const READY = { source: "wabakit", type: "ready" };
const DONE = { source: "wabakit", type: "result", value: RESULT };

const NOTHING = [0, 0, false];

function startClient(baseUrl = HUB) {
  const fake = fakePage();
  const client = clientFor(() => fake.page, { publicKey: "pk_1", baseUrl });
  const connect = (target: ConnectTarget = { sessionId: "sess_1" }) => {
    const settled = client.connect(target).catch((error: unknown) => error);
    let outcome: unknown = "pending";
    settled.then((value) => {
      outcome = value;
    });
    /** What has come of it once everything that was said has had its effect. */
    const soFar = () => new Promise((resolve) => setImmediate(() => resolve(outcome)));
    return { settled, soFar };
  };
  return { ...fake, client, connect };
}

test("opens the hub's page in the middle of the window, before connect returns", () => {
  const { opened, connect } = startClient();
  connect();
  expect(opened).toHaveLength(1);
  const { url, target, features } = opened[0] ?? { url: new URL("about:blank") };
  expect(url.href.split("#")[0]).toBe("https://hub.example.com/connect/sdk");
  expect(Object.fromEntries(new URLSearchParams(url.hash.slice(1)))).toEqual({
    publicKey: "pk_1",
    origin: "https://app.example.com:8443",
    sessionId: "sess_1",
  });
  expect(target).toBe("_blank");
  expect(features).toBe("popup,width=560,height=720,left=420,top=140");
});

test("finds the page below the hub's own path, and at another place when told so", async () => {
  const { page, opened, connect } = startClient(`${HUB}/whatsapp/`);
  connect({ channelId: "conn_1" });
  const [first] = opened;
  expect(first?.url.pathname).toBe("/whatsapp/connect/sdk");
  expect(first?.url.hash).toContain("channelId=conn_1");
  const options = { publicKey: "pk_1", baseUrl: HUB, pagesPath: "/pages/wa" };
  void clientFor(() => page, options).connect({ sessionId: "sess_1" });
  expect(opened[1]?.url.pathname).toBe("/pages/wa/sdk");
});

test("resolves to the four fields, and leaves nothing behind", async () => {
  const { connect, hear, leftBehind } = startClient();
  const { settled } = connect();
  hear(READY);
  hear({ ...DONE, value: { ...RESULT, more: "of a newer hub" } });
  expect(await settled).toEqual(RESULT);
  expect(leftBehind()).toEqual(NOTHING);
});

test("takes ids that nobody knows as null, and a result without ready", async () => {
  const { connect, hear } = startClient();
  const { settled } = connect();
  const value = { wabaId: null, phoneId: null, code: "AQx", coexistence: true };
  hear({ ...DONE, value });
  expect(await settled).toEqual(value);
});

test.each([
  "cancelled",
  "origin_not_allowed",
  "unknown_key",
  "session_closed",
  "meta_error",
  "unavailable",
])("rejects with what the hub's page says: %s", async (reason) => {
  const { connect, hear, leftBehind } = startClient();
  const { settled } = connect();
  hear({ source: "wabakit", type: "error", reason, message: "Says more." });
  const error = await settled;
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "ConnectError",
    reason,
    message: "Says more.",
  });
  expect(leftBehind()).toEqual(NOTHING);
});

test.each([["of_a_newer_hub"], ["toString"], [undefined], [7]])(
  "calls a reason it has never heard of unavailable: %s",
  async (reason) => {
    const { connect, hear } = startClient();
    const { settled } = connect();
    hear({ source: "wabakit", type: "error", reason });
    expect(await settled).toMatchObject({
      reason: "unavailable",
      message: "The hub cannot do this now.",
    });
  },
);

test.each(["refuses", "opens nothing"] as const)(
  "rejects when the browser %s instead of opening a window",
  async (how) => {
    const { connect, blocks, leftBehind } = startClient();
    blocks(how);
    expect(await connect().settled).toMatchObject({ reason: "popup_blocked" });
    expect(leftBehind().slice(0, 2)).toEqual([0, 0]);
  },
);

test("notices a closed window, but lets a result that was under way win", async () => {
  const { connect, popup, pass, hear, leftBehind } = startClient();
  const abandoned = connect();
  hear(READY);
  pass(10 * 60_000);
  expect(await abandoned.soFar()).toBe("pending");
  popup().close();
  pass(250);
  expect(await abandoned.soFar()).toBe("pending");
  pass(250);
  expect(await abandoned.settled).toMatchObject({ reason: "popup_closed" });
  expect(leftBehind()).toEqual(NOTHING);

  const finished = connect();
  popup().close();
  pass(250);
  hear(DONE);
  expect(await finished.settled).toEqual(RESULT);
});

test("gives the hub's page 30 seconds to say that it is there", async () => {
  const { connect, pass, leftBehind } = startClient();
  const { settled, soFar } = connect();
  pass(29_750);
  expect(await soFar()).toBe("pending");
  pass(250);
  expect(await settled).toMatchObject({ reason: "timeout" });
  expect(leftBehind()).toEqual(NOTHING);
});

test.each([
  ["another origin", DONE, { origin: "https://hub.example.com.evil.example" }],
  ["the hub's host without TLS", DONE, { origin: "http://hub.example.com" }],
  ["a sandboxed frame", DONE, { origin: "null" }],
  ["another window of the hub", DONE, { source: {} }],
  ["nobody", DONE, { source: null }],
])("hears nothing from %s", async (_, data, from) => {
  const { connect, hear } = startClient();
  const { soFar } = connect();
  hear(data, from);
  expect(await soFar()).toBe("pending");
});

test("keeps waiting after a message that is none of ours", async () => {
  const { connect, hear } = startClient();
  const { settled, soFar } = connect();
  hear({ ...DONE, value: { ...RESULT, code: "" } });
  expect(await soFar()).toBe("pending");
  hear(DONE);
  expect(await settled).toEqual(RESULT);
});

test("opens one window at a time, and brings the open one to the front", async () => {
  const { connect, opened, popup, hear } = startClient();
  const first = connect();
  expect(await connect().settled).toMatchObject({ reason: "already_open" });
  expect(opened).toHaveLength(1);
  expect(popup().focused).toBe(1);
  hear(DONE);
  expect(await first.settled).toEqual(RESULT);
  connect();
  expect(opened).toHaveLength(2);
});

test("opens another at once when the first was closed, and the end of the first changes nothing", async () => {
  const { connect, opened, popup, pass, hear } = startClient();
  const first = connect();
  popup().close();
  const second = connect();
  expect(opened).toHaveLength(2);
  pass(500);
  expect(await first.settled).toMatchObject({ reason: "popup_closed" });
  expect(await connect().settled).toMatchObject({ reason: "already_open" });
  hear(DONE);
  expect(await second.settled).toEqual(RESULT);
});

test("says at once what a caller got wrong, and opens nothing", async () => {
  const { opened, connect, page } = startClient();
  // @ts-expect-error A caller without types.
  expect(await connect({}).settled).toBeInstanceOf(TypeError);
  expect(opened).toEqual([]);
  const options = { publicKey: "pk_1", baseUrl: "hub.example.com" };
  expect(() => clientFor(() => page, options)).toThrow(TypeError);
});
