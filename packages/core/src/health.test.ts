import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { createHealth } from "./health.ts";
import type { HttpRequest } from "./http/message.ts";
import { keyvStore } from "./store/keyv-store.ts";
import type { Store } from "./store/store.ts";

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

async function ask(store: Store | undefined, path: string, method = "GET") {
  // Nothing else of the request is looked at.
  const answer = await createHealth("/api/v1", () => store)({ method, path } as HttpRequest);
  if (!answer) return undefined;
  const body: unknown = JSON.parse(Buffer.from(answer.body as Uint8Array).toString());
  return { status: answer.status, headers: answer.headers, body };
}

const LIVE = "/api/v1/health/live";
const READY = "/api/v1/health/ready";

describe("whether the process lives", () => {
  it("does not depend on the store", async () => {
    expect(await ask(undefined, LIVE)).toMatchObject({ status: 200, body: { status: "ok" } });
  });
});

describe("whether it is ready", () => {
  it("is no before the hub runs", async () => {
    expect(await ask(undefined, READY)).toMatchObject({
      status: 503,
      body: { status: "unavailable", reason: "not_running" },
    });
  });

  it("is yes with a store that answers", async () => {
    expect(await ask(await startedStore(), READY)).toMatchObject({ status: 200 });
  });

  it("is no while the store fails, whatever it fails with", async () => {
    const store = { ...(await startedStore()), get: () => Promise.reject(new Error("down")) };
    expect(await ask(store, READY)).toMatchObject({
      status: 503,
      body: { status: "unavailable", reason: "store_unavailable" },
    });
  });
});

it("answers under an id, and nobody may store it", async () => {
  for (const path of [LIVE, READY]) {
    expect((await ask(undefined, path))?.headers).toMatchObject({
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "cache-control": "no-store",
    });
  }
});

it.each([
  ["POST", LIVE],
  ["GET", "/api/v1/health"],
  ["GET", "/api/v1/health/deep"],
  ["GET", "/health/live"],
])("leaves %s %s to others", async (method, path) => {
  expect(await ask(undefined, path, method)).toBeUndefined();
});
