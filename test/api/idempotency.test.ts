import type { Store } from "@wabakit/core";
import { fakeClock, faultyStore, type StoreOperation } from "@wabakit/testing";
import { describe, expect, test } from "vitest";
import { type Service, services } from "../store/services.ts";
import { type Node, type NodeAnswer, nodesOn, sharedMemory, twoStores } from "./nodes.ts";
import { scene } from "./scene.ts";

const HOUR_MS = 60 * 60 * 1000;
const body = { url: "http://127.0.0.1:9/hooks", description: "CRM" };
const limits = { reads: false, writes: false } as const;
/** Of processes that follow one another. */
const secretKeys = [new Uint8Array(32).fill(1)];

const create = (node: Node | undefined, key = "order-1") =>
  node?.send("POST", "/webhook-endpoints", { body, key });

const endpointsOf = async ({ hub }: Node) => (await hub.webhookEndpoints.list()).data;

/** What every run of a request has in common, whoever answers it. */
function sameOf({ status, headers, text }: NodeAnswer) {
  const { "idempotency-replayed": _, ...same } = headers;
  return JSON.stringify([status, same, text]);
}

describe.each(["express", "koa"] as const)("on %s, a request with a key", (host) => {
  test("is answered again as it was, with one effect, however its body is written", async () => {
    const here = await scene(host);
    const url = here.sink.url;
    const headers = { "idempotency-key": "order-1" };
    const before = (await here.hub.webhookEndpoints.list()).data.length;
    const send = (text: string) => here.api("POST", "/webhook-endpoints", { text, headers });
    const first = await send(JSON.stringify({ url, description: "CRM", events: ["*"] }));
    const again = await send(JSON.stringify({ events: ["*"], description: "CRM", url }, null, 2));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("x-request-id")).toBe(first.headers.get("x-request-id"));
    expect((await here.hub.webhookEndpoints.list()).data).toHaveLength(before + 1);
  });

  test("is one request: the key is for no other path, method or body", async () => {
    const here = await scene(host);
    const headers = { "idempotency-key": "order-1" };
    const { body: made } = await here.api("POST", "/webhook-endpoints", {
      body: { url: here.sink.url },
      headers,
    });
    for (const [method, path, fields] of [
      ["POST", "/webhook-endpoints", { body: { url: `${here.sink.url}/other` } }],
      ["DELETE", `/webhook-endpoints/${made.id}`, {}],
    ] as const) {
      expect(await here.api(method, path, { ...fields, headers })).toMatchObject({
        status: 409,
        body: { error: { type: "conflict", code: "idempotency_key_collision" } },
      });
    }
    expect(await here.hub.webhookEndpoints.get(String(made.id))).toBeDefined();
  });

  test("takes an empty body for {}", async () => {
    const here = await scene(host);
    const made = await here.hub.webhookEndpoints.create({ url: here.sink.url });
    const headers = { "idempotency-key": "gone" };
    const remove = (fields: object) =>
      here.api("DELETE", `/webhook-endpoints/${made.id}`, { ...fields, headers });
    const first = await remove({});
    expect(first.status).toBe(200);
    const again = await remove({ text: "{}" });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await here.api("DELETE", `/webhook-endpoints/${made.id}`)).toMatchObject({
      status: 404,
    });
  });

  test("has a key of visible characters, 255 at most", async () => {
    const here = await scene(host);
    for (const key of ["order 1", "x".repeat(256)]) {
      const headers = { "idempotency-key": key };
      expect(await here.api("POST", "/webhook-endpoints", { body, headers })).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", fields: [{ path: "Idempotency-Key" }] } },
      });
    }
  });
});

test("every change is answered again as it was, but for secrets, which are revealed again", async () => {
  const here = await scene();
  const changes = here.requests.filter(({ method }) => method !== "GET");
  expect(changes.length).toBeGreaterThan(10);
  for (const [index, { method, path, body }] of changes.entries()) {
    const headers = { "idempotency-key": `change-${index}` };
    const first = await here.api(method, path, { body, headers });
    const again = await here.api(method, path, { body, headers });
    const what = `${method} ${path}`;
    expect([again.status, again.body], what).toEqual([first.status, first.body]);
    const isRevealing = path.endsWith("/reveal-secrets");
    expect(again.headers.get("idempotency-replayed"), what).toBe(isRevealing ? null : "true");
    const ids = [first, again].map((answer) => answer.headers.get("x-request-id"));
    expect(new Set(ids).size, what).toBe(isRevealing ? 2 : 1);
  }
});

/** Of many that send the same at once, to nodes in turn, one has an effect and all hear of it. */
async function race(nodes: readonly Node[], racers: number): Promise<void> {
  const sent = Array.from({ length: racers }, (_, index) => create(nodes[index % nodes.length]));
  const answers = (await Promise.all(sent)).filter((answer) => answer !== undefined);
  expect(answers.map(({ status }) => status)).toEqual(Array(racers).fill(201));
  expect(new Set(answers.map(sameOf)).size).toBe(1);
  const fresh = answers.filter(({ headers }) => headers["idempotency-replayed"] !== "true");
  expect(fresh).toHaveLength(1);
  for (const node of nodes) expect(await endpointsOf(node)).toHaveLength(1);
}

describe("two nodes that get a request fifty times at once", () => {
  test("do it once, on a shared memory", async () => {
    const memory = await sharedMemory();
    await race(await nodesOn([() => memory, () => memory], { limits }), 50);
  });

  describe.each(services)("on $connect", ({ url, ...service }: Service) => {
    test.skipIf(!url)("do it once", async () => {
      const stores = twoStores({ url, ...service });
      await race(await nodesOn(stores, { limits, durable: false }), 50);
    });
  });
});

/** A store on which a process ends between what it does and the answer it would store. */
function dying(store: Store, mode: "before" | "after"): Store {
  let commits = 0;
  const isAnswer = ({ name, keys }: StoreOperation) =>
    name === "commit" && keys.some((key) => key.startsWith("request:")) && ++commits === 2;
  let isDead = false;
  const at = (operation: StoreOperation) => {
    isDead ||= isAnswer(operation);
    return isDead;
  };
  return faultyStore(store, { at, mode });
}

describe("a process that dies", () => {
  test.each([
    ["before its answer is stored", "before"],
    ["when its answer has just been stored", "after"],
  ] as const)("%s leaves one effect, and its repeat the same answer", async (_, mode) => {
    const memory = await sharedMemory("process");
    const [first] = await nodesOn([() => dying(memory, mode)], { limits, secretKeys });
    expect(await create(first)).toMatchObject({ status: 503 });
    const [next] = await nodesOn([() => memory], { limits, secretKeys });
    const [made] = next ? await endpointsOf(next) : [];
    const again = await create(next);
    expect(again?.status).toBe(201);
    expect(JSON.parse(again?.text ?? "")).toEqual({
      ...made,
      secret: expect.stringMatching(/^whsec_/),
    });
    expect(await create(next)).toMatchObject({ text: again?.text });
    expect(next && (await endpointsOf(next))).toHaveLength(1);
  });

  test("and runs anew gives the secret it gave before", async () => {
    const memory = await sharedMemory("process");
    const [first] = await nodesOn([() => memory], { limits });
    const told = JSON.parse((await create(first))?.text ?? "");
    await forgetAnswer(memory);
    const again = await create(first);
    expect(again?.headers).not.toHaveProperty("idempotency-replayed");
    expect(JSON.parse(again?.text ?? "")).toEqual(told);
    expect(first && (await endpointsOf(first))).toHaveLength(1);
  });
});

test("a request whose node died is refused for as long as that one may live, and then run", async () => {
  const [memory, clock] = [await sharedMemory(), fakeClock()];
  const options = { clock, limits, secretKeys };
  const [dead] = await nodesOn([() => dying(memory, "before")], options);
  expect(await create(dead)).toMatchObject({ status: 503 });
  const [next] = await nodesOn([() => memory], options);
  const statuses: number[] = [];
  while (statuses.length < 5 && !statuses.includes(201)) {
    const sent = create(next);
    await clock.advance(10_000);
    statuses.push((await sent)?.status ?? 0);
  }
  expect(statuses.at(-1)).toBe(201);
  expect(statuses.slice(0, -1)).toEqual(Array(statuses.length - 1).fill(409));
  expect(statuses.length).toBeGreaterThan(2);
  expect(next && (await endpointsOf(next))).toHaveLength(1);
});

/** What the store held before the answer was stored. */
async function forgetAnswer(store: Store): Promise<void> {
  const key = await requestKey(store);
  const stored = await store.get<{ answer: string | null }>(key);
  expect(stored?.value.answer).toEqual(expect.any(String));
  const value = { ...stored?.value, answer: null };
  expect(await store.commit({ guards: [], writes: [{ key, value }] })).toBe(true);
}

async function requestKey(store: Store): Promise<string> {
  const organization = await store.get<{ organizationId: string }>("organization:default");
  return `request:${organization?.value.organizationId}:bootstrap:order-1`;
}

test("what was refused for now is done when it comes again", async () => {
  const [memory, clock] = [await sharedMemory(), fakeClock()];
  const options = { clock, limits: { writes: { max: 1, perMs: 60_000 } } };
  const [node] = await nodesOn([() => memory], options);
  expect(await create(node, "first")).toMatchObject({ status: 201 });
  expect(await create(node)).toMatchObject({ status: 429 });
  await clock.advance(60_000);
  const done = await create(node);
  expect(done?.status).toBe(201);
  expect(done?.headers).not.toHaveProperty("idempotency-replayed");
});

test("a refusal that lasts is told again, with its id", async () => {
  const memory = await sharedMemory();
  const [node] = await nodesOn([() => memory], { limits });
  const remove = () => node?.send("DELETE", "/webhook-endpoints/whe_1", { key: "k" });
  const [first, again] = [await remove(), await remove()];
  expect(first?.status).toBe(404);
  expect(again).toEqual({
    ...first,
    headers: { ...first?.headers, "idempotency-replayed": "true" },
  });
  const { requestId } = JSON.parse(again?.text ?? "");
  expect(again?.headers["x-request-id"]).toBe(requestId);
});

test("another key of the organization, and another organization, have keys of their own", async () => {
  const memory = await sharedMemory();
  const [node] = await nodesOn([() => memory], { limits });
  const { apiKey } = (await node?.hub.apiKeys.create({ name: "CRM", scopes: ["*"] })) ?? {};
  const foreign = node?.hub.organization("org_other").apiKeys;
  const other = (await foreign?.create({ name: "other", scopes: ["*"] }))?.apiKey;
  const ids = new Set<string>();
  for (const key of [undefined, apiKey, other]) {
    const given = { body, key: "order-1", ...(key ? { apiKey: key } : {}) };
    const answer = await node?.send("POST", "/webhook-endpoints", given);
    expect(answer?.headers).not.toHaveProperty("idempotency-replayed");
    ids.add(JSON.parse(answer?.text ?? "").id);
  }
  expect(ids.size).toBe(3);
});

test("an hour later the key is free, and a worker has taken what was stored away", async () => {
  const clock = fakeClock();
  const memory = await sharedMemory("process");
  const options = { clock, limits, roles: ["api", "worker"] as const };
  const [node] = await nodesOn([() => memory], options);
  const first = await create(node);
  const at = await requestKey(memory);
  await clock.advance(HOUR_MS - 1);
  expect(await create(node)).toMatchObject({ text: first?.text });
  expect(await memory.get(at)).toBeDefined();
  await clock.advance(10 * 60_000);
  await expect.poll(() => memory.get(at)).toBeUndefined();
  expect((await create(node))?.text).not.toBe(first?.text);
});

test("neither the answer nor what the secret was made from can be read in the store", async () => {
  const entries = new Map<string, unknown>();
  const memory = await sharedMemory("process", entries);
  const [node] = await nodesOn([() => memory], { limits });
  const { secret } = JSON.parse((await create(node))?.text ?? "");
  const stored = JSON.stringify([...entries]);
  expect(stored).toContain("request:org_");
  expect(stored).not.toContain(secret);
  expect(stored).not.toContain(secret.slice("whsec_".length));
});
