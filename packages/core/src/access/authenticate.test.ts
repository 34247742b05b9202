import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../http/message.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { newApiKey } from "./api-key.ts";
import { type CreateApiKey, createApiKey } from "./api-keys.ts";
import { authenticate } from "./authenticate.ts";

const BOOTSTRAP = "the-environment's-own-key-of-32-characters";
const pepper = Buffer.alloc(32, 1);
const anyKey: CreateApiKey = { name: "CRM", scopes: ["connections:read"] };

async function start(bootstrapKey: string | undefined = BOOTSTRAP) {
  const store = keyvStore(new Keyv());
  await store.start();
  let now = Date.UTC(2026, 10, 21);
  const clock = { now: () => now, schedule: () => () => {} };
  const reads: string[] = [];
  const counting: Store = {
    ...store,
    get(key) {
      reads.push(key);
      return store.get(key);
    },
  };
  const parts = { store: counting, clock, pepper, bootstrapKey, defaultOrganizationId: "org_0" };
  return {
    store,
    reads,
    parts,
    create: (wanted: CreateApiKey = anyKey) =>
      createApiKey({ store, clock, pepper }, "org_1", wanted),
    send: (headers: HttpRequest["headers"]) => authenticate(parts, requestWith(headers)),
    passTime: (ms: number) => {
      now += ms;
    },
  };
}

/** Nothing but the headers is looked at. */
function requestWith(headers: HttpRequest["headers"]): HttpRequest {
  return { headers } as HttpRequest;
}

describe("an API key", () => {
  it("tells whose it is and what it may do, in either header", async () => {
    const { create, send } = await start();
    const { apiKey, keyId } = await create();
    const caller = { organizationId: "org_1", scopes: ["connections:read"], actor: keyId };
    for (const headers of [
      { authorization: `Bearer ${apiKey}` },
      { authorization: `bearer  ${apiKey}` },
      { "x-api-key": apiKey },
      { authorization: "Basic dXNlcjpwYXNz", "x-api-key": apiKey },
    ]) {
      expect(await send(headers)).toEqual(caller);
    }
  });

  it("bound to tenants says so", async () => {
    const { create, send } = await start();
    const { apiKey } = await create({ ...anyKey, tenantIds: ["acme"] });
    expect(await send({ "x-api-key": apiKey })).toMatchObject({ tenantIds: ["acme"] });
  });

  it("is good until the instant it expires", async () => {
    const { create, send, passTime } = await start();
    const { apiKey } = await create({ ...anyKey, expiresAt: "2026-11-21T00:00:01Z" });
    passTime(999);
    expect(await send({ "x-api-key": apiKey })).toBeDefined();
    passTime(1);
    expect(await send({ "x-api-key": apiKey })).toBeUndefined();
  });

  it("is stored as a hash that nobody can turn back", async () => {
    const { create, store } = await start();
    const { apiKey, keyId } = await create();
    const record = JSON.stringify(await store.get(`key:${keyId}`));
    expect(record).toContain(keyId);
    expect(record).not.toContain(apiKey.split("_")[2]?.slice(0, 16));
  });
});

describe("nobody we know", () => {
  it("sends no key at all, or an empty one", async () => {
    const { send } = await start();
    for (const headers of [
      {},
      { authorization: "" },
      { "x-api-key": "" },
      { authorization: "Bearer " },
    ]) {
      expect(await send(headers)).toBeUndefined();
    }
  });

  it("sends a well-formed key that was never given out", async () => {
    const { send, create } = await start();
    const { keyId } = await create();
    expect(await send({ "x-api-key": newApiKey().secret })).toBeUndefined();
    expect(await send({ "x-api-key": newApiKey(keyId).secret })).toBeUndefined();
  });

  it("sends what cannot be a key, and costs no look-up", async () => {
    const { create, send, reads } = await start();
    const { apiKey } = await create();
    const changed = `${apiKey.slice(0, -1)}${apiKey.endsWith("0") ? "1" : "0"}`;
    for (const text of ["wk_", changed, apiKey.toUpperCase(), `${apiKey} ${apiKey}`, "é"]) {
      expect(await send({ authorization: `Bearer ${text}` })).toBeUndefined();
    }
    expect(reads).toEqual([]);
  });

  it("holds a key whose record was made with another pepper", async () => {
    const { create, parts } = await start();
    const { apiKey } = await create();
    const request = requestWith({ "x-api-key": apiKey });
    expect(await authenticate({ ...parts, pepper: Buffer.alloc(32, 2) }, request)).toBeUndefined();
  });
});

describe("the bootstrap key", () => {
  it("is the default organization's, with every scope, and never looked up", async () => {
    const { send, reads } = await start();
    expect(await send({ authorization: `Bearer ${BOOTSTRAP}` })).toEqual({
      organizationId: "org_0",
      scopes: ["*"],
      actor: "bootstrap",
    });
    expect(reads).toEqual([]);
  });

  it("opens nothing when none was given to the hub", async () => {
    const { parts } = await start();
    const request = requestWith({ "x-api-key": "undefined" });
    expect(await authenticate({ ...parts, bootstrapKey: undefined }, request)).toBeUndefined();
  });

  it("has to be whole", async () => {
    const { send } = await start();
    for (const text of [BOOTSTRAP.slice(0, -1), `${BOOTSTRAP}x`, BOOTSTRAP.toUpperCase()]) {
      expect(await send({ "x-api-key": text })).toBeUndefined();
    }
  });
});

it("a store that fails is not taken for an unknown key", async () => {
  const { create, parts, store } = await start();
  const { apiKey } = await create();
  const failing: Store = { ...store, get: () => Promise.reject(new Error("down")) };
  const attempt = authenticate({ ...parts, store: failing }, requestWith({ "x-api-key": apiKey }));
  await expect(attempt).rejects.toThrow("down");
});
