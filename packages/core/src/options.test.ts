import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { checkOptions, type HubOptions } from "./options.ts";
import { keyvStore } from "./store/keyv-store.ts";

const meta = { appId: "1", appSecret: "canary-app-secret", verifyToken: "canary-verify-token" };

const good: HubOptions = {
  store: new Keyv(),
  secretKeys: [Buffer.alloc(32)],
  publicUrl: "https://app.example.com/whatsapp",
  meta,
};

/** A host in JavaScript, or with a mistake in its types. */
function messageOf(wrong: Readonly<Record<string, unknown>>): string {
  try {
    checkOptions({ ...good, ...wrong } as HubOptions);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  throw new Error("The options were accepted.");
}

const linesOf = (message: string) =>
  message
    .split("\n")
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(":")));

describe("good options", () => {
  it("get every default filled in", () => {
    expect(checkOptions(good)).toMatchObject({
      nodes: "one",
      roles: ["api", "receiver", "worker"],
      paths: { api: "/api/v1", receiver: "/webhooks/meta", pages: "/connect" },
      heartbeat: { dueSoonLeadMs: 259_200_000 },
      allowPrivateNetwork: false,
      retention: { events: 14, deduplication: 8 },
      meta: [
        {
          appSecret: ["canary-app-secret"],
          graphUrl: "https://graph.facebook.com",
          graphVersion: "v25.0",
        },
      ],
    });
  });

  it("may have one path of their own", () => {
    const { paths } = checkOptions({ ...good, paths: { api: "/wa/v1" } });
    expect(paths).toEqual({ api: "/wa/v1", receiver: "/webhooks/meta", pages: "/connect" });
  });

  it("may name several apps, each with several secrets", () => {
    const apps = [meta, { ...meta, appId: "2", appSecret: ["new", "old"] }];
    const checked = checkOptions({ ...good, meta: apps });
    expect(checked.meta.map(({ appSecret }) => appSecret)).toEqual([
      ["canary-app-secret"],
      ["new", "old"],
    ]);
  });

  it("may hold a Store instead of a Keyv", () => {
    const store = keyvStore(new Keyv());
    expect(checkOptions({ ...good, store }).store).toBe(store);
  });
});

describe("wrong options", () => {
  it("are named in one message, all of them, with what is wrong", () => {
    const message = messageOf({
      secretKeys: [Buffer.alloc(16)],
      publicUrl: "app.example.com",
      nodes: "several",
      roles: ["api", "sender"],
      paths: { api: "api/", page: "/connect" },
      apiKey: "too short",
      authenticate: "yes",
      retention: { events: 0 },
      heartbeat: { dueSoonLeadMs: 13 * 24 * 60 * 60 * 1000 },
      deliveryScheduleMs: [],
      colour: "red",
    });
    expect(linesOf(message)).toEqual([
      "- secretKeys.0",
      "- publicUrl",
      "- nodes",
      "- roles.1",
      "- paths.api",
      "- paths.page",
      "- apiKey",
      "- authenticate",
      "- retention.events",
      "- deliveryScheduleMs",
      "- heartbeat.dueSoonLeadMs",
      "- colour",
    ]);
  });

  it.each([
    [{ ...meta, appId: "my app" }, ["- meta.appId"]],
    [{ ...meta, appSecret: "" }, ["- meta.appSecret"]],
    [{ ...meta, appSecret: [] }, ["- meta.appSecret"]],
    [{ ...meta, appSecret: ["good", ""] }, ["- meta.appSecret.1"]],
    [{ ...meta, appSecret: 7 }, ["- meta.appSecret"]],
    [{ appId: "1" }, ["- meta.appSecret", "- meta.verifyToken"]],
    [{ ...meta, graphVersion: "25", token: "x" }, ["- meta.graphVersion", "- meta.token"]],
    [[meta, { ...meta, appId: "x" }], ["- meta.1.appId"]],
    [[meta, { ...meta, appId: "2" }, meta], ["- meta.2.appId"]],
    [[], ["- meta"]],
    ["1", ["- meta"]],
    [undefined, ["- meta"]],
  ])("of a Meta app are named by their own names (%#)", (wrong, names) => {
    expect(linesOf(messageOf({ meta: wrong }))).toEqual(names);
  });

  it("are never repeated with their values", () => {
    const message = messageOf({
      meta: { ...meta, appId: "canary-id" },
      apiKey: "canary-key",
      secretKeys: ["canary-secret"],
    });
    expect(message).not.toContain("canary");
  });

  it.each([
    ["a Map", new Map()],
    ["the adapter that belongs into a Keyv", new KeyvSqlite("sqlite://:memory:")],
    ["an address", "redis://localhost"],
    ["nothing", undefined],
  ])("are a store that is %s", (_what, store) => {
    expect(linesOf(messageOf({ store }))).toEqual(["- store"]);
  });
});
