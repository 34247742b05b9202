import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../http/message.ts";
import type { Scope } from "../http/route.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { authenticate } from "./authenticate.ts";
import { hashApiKey, newApiKey } from "./keys/api-key.ts";
import { type ApiKeyRecord, apiKeyKey } from "./keys/api-key-record.ts";
import { createKnownKeys } from "./keys/known-keys.ts";

const BOOTSTRAP = "the-environment's-own-key-of-32-characters";
const pepper = Buffer.alloc(32, 1);

async function start(bootstrapKey: string | undefined = BOOTSTRAP) {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const reads: string[] = [];
  const used: string[] = [];
  const counting: Store = {
    ...store,
    get(key) {
      reads.push(key);
      return store.get(key);
    },
  };
  const parts = {
    clock,
    knownKeys: createKnownKeys({ store: counting, clock }),
    noteUse: (keyId: string) => used.push(keyId),
    pepper,
    bootstrapKey,
    defaultOrganizationId: "org_0",
  };

  async function create(fields: Partial<ApiKeyRecord> = {}) {
    const { keyId, secret } = newApiKey();
    const scopes: readonly Scope[] = ["connections:read"];
    const rights = { scopes, tenantIds: null, expiresAt: null };
    const own = { keyId, organizationId: "org_1", name: "CRM", hash: hashApiKey(pepper, secret) };
    const value: ApiKeyRecord = {
      ...own,
      ...rights,
      previous: null,
      createdAt: 0,
      place: 0,
      ...fields,
    };
    await store.commit({ guards: [], writes: [{ key: apiKeyKey(keyId), value }] });
    return { keyId, apiKey: secret };
  }

  return {
    store,
    reads,
    used,
    parts,
    clock,
    create,
    send: (headers: HttpRequest["headers"]) => authenticate(parts, requestWith(headers)),
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
    const { apiKey } = await create({ tenantIds: ["acme"] });
    expect(await send({ "x-api-key": apiKey })).toMatchObject({ tenantIds: ["acme"] });
  });

  it("is good until the instant it expires, which its caller knows", async () => {
    const { create, send, clock } = await start();
    const expiresAt = clock.now() + 500;
    const { apiKey } = await create({ expiresAt });
    await clock.advance(499);
    expect(await send({ "x-api-key": apiKey })).toMatchObject({ expiresAt });
    await clock.advance(1);
    expect(await send({ "x-api-key": apiKey })).toBeUndefined();
  });

  it("with every scope has all but the bootstrap key's own", async () => {
    const { create, send } = await start();
    const { apiKey } = await create({ scopes: ["*"] });
    const caller = await send({ "x-api-key": apiKey });
    expect(caller?.scopes).toContain("keys:write");
    expect(caller?.scopes).not.toContain("organizations:write");
    expect(caller?.scopes).not.toContain("*");
  });

  it("is good by its secret before the rotation until that one's time is over", async () => {
    const { store, send, clock, create } = await start();
    const { keyId, apiKey } = await create();
    const old = newApiKey(keyId).secret;
    const stored = await store.get<ApiKeyRecord>(apiKeyKey(keyId));
    const previous = { hash: hashApiKey(pepper, old), until: clock.now() + 100 };
    const value = { ...stored?.value, previous };
    await store.commit({ guards: [], writes: [{ key: apiKeyKey(keyId), value }] });
    expect(await send({ "x-api-key": old })).toMatchObject({ actor: keyId });
    await clock.advance(100);
    expect(await send({ "x-api-key": old })).toBeUndefined();
    expect(await send({ "x-api-key": apiKey })).toMatchObject({ actor: keyId });
  });

  it("is noted as used, and one that is not good is not", async () => {
    const { create, send, used } = await start();
    const { apiKey, keyId } = await create();
    await send({ "x-api-key": newApiKey(keyId).secret });
    expect(used).toEqual([]);
    await send({ "x-api-key": apiKey });
    expect(used).toEqual([keyId]);
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
  const knownKeys = createKnownKeys({ store: failing, clock: parts.clock });
  const attempt = authenticate({ ...parts, knownKeys }, requestWith({ "x-api-key": apiKey }));
  await expect(attempt).rejects.toThrow("down");
});
