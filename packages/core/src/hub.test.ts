import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHub, type Hub } from "./hub.ts";
import type { HubOptions } from "./options.ts";
import { keyvStore } from "./store/keyv-store.ts";

const meta = { appId: "1", appSecret: "secret", verifyToken: "token" };
const KEY = "a-bootstrap-key-of-at-least-32-characters";

function hubWith(options: Partial<HubOptions> = {}): Hub {
  const hub = createHub({
    store: new Keyv(),
    secretKeys: [Buffer.alloc(32, 1)],
    publicUrl: "https://app.example.com",
    meta,
    apiKey: KEY,
    ...options,
  });
  onTestFinished(() => hub.stop());
  return hub;
}

/** A file, opened anew as every process would. */
async function sqliteFile() {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-hub-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return () => {
    const keyv = new Keyv({ store: new KeyvSqlite(`sqlite://${join(folder, "wabakit.db")}`) });
    onTestFinished(async () => void (await keyv.disconnect()));
    return keyv;
  };
}

async function ask(hub: Hub, path: string, method = "GET") {
  const headers = { authorization: `Bearer ${KEY}` };
  const request = new Request(`https://app.example.com${path}`, { method, headers });
  const answer = await hub.fetch(request);
  return answer && { status: answer.status, id: answer.headers.get("x-request-id") };
}

const READ = "/api/v1/connections";

describe("a hub that runs", () => {
  it("can be told to start again, which changes nothing", async () => {
    const hub = hubWith({ store: (await sqliteFile())() });
    await Promise.all([hub.start(), hub.start()]);
    await hub.start();
    expect(await ask(hub, READ)).toMatchObject({ status: 200 });
  });

  it("can be stopped twice, and started again with what it knew", async () => {
    const hub = hubWith({ store: (await sqliteFile())() });
    await hub.start();
    const { id } = await hub.webhookEndpoints.create({ url: "https://hooks.example.com" });
    await Promise.all([hub.stop(), hub.stop()]);
    await hub.stop();
    await hub.start();
    expect(await hub.webhookEndpoints.get(id)).toMatchObject({ id });
  });

  it("does one after the other when it is told to stop while it starts", async () => {
    const hub = hubWith({ store: (await sqliteFile())() });
    const told = [hub.start(), hub.stop(), hub.start(), hub.stop()];
    await expect(Promise.all(told)).resolves.toBeDefined();
    expect(await ask(hub, READ)).toMatchObject({ status: 503 });
  });
});

describe("a hub that does not run", () => {
  it("answers 503 on its own routes, under an id, and leaves others to the host", async () => {
    const hub = hubWith();
    const own = [
      await ask(hub, READ),
      await ask(hub, "/api/v1/connections/conn_1"),
      await ask(hub, "/webhooks/meta", "POST"),
      await ask(hub, "/webhooks/meta/1", "POST"),
    ];
    for (const answer of own) {
      expect(answer).toEqual({ status: 503, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    }
    for (const path of ["/api/v1/products", "/api/v1", "/webhooks/meta/x", "/webhooks/stripe"]) {
      expect(await ask(hub, path)).toBeUndefined();
    }
    expect(await ask(hub, "/webhooks/meta", "DELETE")).toBeUndefined();
  });

  it("answers for its roles only", async () => {
    const worker = hubWith({ roles: ["worker"] });
    expect(await ask(worker, READ)).toBeUndefined();
    const receiver = hubWith({ roles: ["receiver"] });
    expect(await ask(receiver, READ)).toBeUndefined();
    expect(await ask(receiver, "/webhooks/meta", "POST")).toMatchObject({ status: 503 });
  });

  it("refuses its methods, saying what to do", async () => {
    const hub = hubWith();
    const refusal = { code: "store_unavailable", message: expect.stringContaining("hub.start()") };
    await expect(hub.connections.list()).rejects.toMatchObject(refusal);
    await hub.start();
    await hub.stop();
    await expect(hub.organization("org_1").connections.list()).rejects.toMatchObject(refusal);
  });
});

describe("a hub that cannot start", () => {
  it("refuses another ring of secret keys, and lets go of the store", async () => {
    const open = await sqliteFile();
    const first = hubWith({ store: open() });
    await first.start();
    await first.stop();

    const stranger = hubWith({ store: open(), secretKeys: [Buffer.alloc(32, 2)] });
    await expect(stranger.start()).rejects.toThrow("secretKeys does not open this store");
    await expect(stranger.connections.list()).rejects.toMatchObject({ code: "store_unavailable" });

    const rotated = hubWith({
      store: open(),
      secretKeys: [Buffer.alloc(32, 2), Buffer.alloc(32, 1)],
    });
    await expect(rotated.start()).resolves.toBeUndefined();
  });

  it("refuses a file that another hub has open, and leaves that one alone", async () => {
    const open = await sqliteFile();
    const first = hubWith({ store: open() });
    await first.start();
    const second = hubWith({ store: open() });
    await expect(second.start()).rejects.toThrow("Another process uses");
    await second.stop();
    expect(await ask(first, READ)).toMatchObject({ status: 200 });
    await first.stop();
    await expect(second.start()).resolves.toBeUndefined();
  });

  it.each(Array.from({ length: 9 }, (_, index) => index + 1))(
    "because operation %i of the store fails, starts when it works",
    async (at) => {
      const keyv = (await sqliteFile())();
      const clock = fakeClock();
      let operations = 0;
      const isBroken = ({ n }: { readonly n: number }) => {
        operations = n;
        return n === at;
      };
      const store = faultyStore(keyvStore(keyv), { at: isBroken, mode: "before" });
      const broken = hubWith({ store, clock });
      await expect(broken.start()).rejects.toMatchObject({ code: "store_unavailable" });
      expect(await ask(broken, READ)).toMatchObject({ status: 503 });
      await clock.advance(120_000);
      expect(operations, "nothing goes on").toBe(at);
      await expect(broken.start()).resolves.toBeUndefined();
      expect(await ask(broken, READ)).toMatchObject({ status: 200 });
    },
  );

  it("refuses to be one of many on what serves one process only", () => {
    expect(() => hubWith({ nodes: "many" })).toThrow("the store and the queue");
  });
});
