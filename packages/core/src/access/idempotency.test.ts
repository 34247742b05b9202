import { fakeClock, faultyStore, type StoreFault, type StoreOperation } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { loadRootSecret } from "../crypto/root-secret.ts";
import { createVault } from "../crypto/vault.ts";
import { Failure } from "../failure.ts";
import type { Repeatable } from "../http/repeatable.ts";
import { json, type WholeResponse } from "../http/respond.ts";
import { silentLogger } from "../logger.ts";
import { openExpiring } from "../store/expiring.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { openLeases } from "../store/lease.ts";
import { openWriter } from "../store/membership.ts";
import type { Store } from "../store/store.ts";
import { createOnce } from "./idempotency.ts";

const HOUR_MS = 60 * 60 * 1000;
const request: Repeatable = {
  caller: { organizationId: "org_1", actor: "key_1", scopes: ["*"], requestId: "request_1" },
  key: "order-1",
  content: "a",
};

/** A store, and nodes on it that do one thing: say what they have drawn. */
async function open(atomicity: Store["atomicity"] = "cluster") {
  const clock = fakeClock();
  const entries = new Map<string, unknown>();
  const alone = keyvStore(new Keyv({ store: entries }));
  await alone.start();
  const shared: Store = { ...alone, atomicity };
  const rootSecret = await loadRootSecret(shared, createVault([new Uint8Array(32).fill(1)]));
  const runs: string[] = [];

  function node(...plan: readonly StoreFault[]) {
    const store = faultyStore(shared, ...plan);
    const log = { store, writer: openWriter({ store, clock, logger: silentLogger }) };
    const leases = openLeases({ store, clock, logger: silentLogger });
    const once = createOnce({ store, leases, clock, rootSecret, expiring: openExpiring(log) });
    return async (wanted: Partial<Repeatable> = {}, answer = succeed) => {
      const { status, headers, body } = await once({ ...request, ...wanted }, async (random) => {
        runs.push(Buffer.from(random(8)).toString("hex"));
        return answer(runs.at(-1) ?? "");
      });
      return { status, headers, text: Buffer.from(body).toString() };
    };
  }
  return { clock, entries, runs, node, shared };
}

async function succeed(drawn: string): Promise<WholeResponse> {
  return json(201, { drawn, text: "grüße" }, { "x-request-id": "request_1", etag: '"1"' });
}

const fail = (code: Failure["code"]) => async () => Promise.reject(new Failure(code));

describe.each(["process", "cluster"] as const)("on a store of a %s", (atomicity) => {
  it("a repeat is answered byte for byte as the first was, and says so", async () => {
    const { runs, node } = await open(atomicity);
    const send = node();
    const first = await send();
    expect(first).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(first.headers).not.toHaveProperty("idempotency-replayed");
    const headers = { ...first.headers, "idempotency-replayed": "true" };
    for (let times = 0; times < 3; times++) expect(await send()).toEqual({ ...first, headers });
    expect(runs).toHaveLength(1);
  });

  it("of many at once one runs, and all get its answer", async () => {
    const { runs, node } = await open(atomicity);
    const send = node();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers["idempotency-replayed"])).toHaveLength(1);
    expect(runs).toHaveLength(1);
  });

  it("another request with the key is refused, whether the first has an answer or not", async () => {
    const { runs, node } = await open(atomicity);
    const send = node();
    await send({}, fail("store_unavailable"));
    const other = { content: "b" };
    await expect(send(other)).rejects.toMatchObject({ code: "idempotency_key_collision" });
    await send();
    await expect(send(other)).rejects.toMatchObject({ code: "idempotency_key_collision" });
    expect(runs).toHaveLength(2);
  });
});

describe("a key", () => {
  it("is of one organization and actor", async () => {
    const { runs, node } = await open();
    const send = node();
    const { caller } = request;
    await send();
    await send({ key: "order-2" });
    await send({ caller: { ...caller, actor: "key_2" } });
    await send({ caller: { ...caller, organizationId: "org_2" }, content: "b" });
    expect(new Set(runs).size).toBe(4);
  });

  it("is good for an hour from the answer on, and then for something else", async () => {
    const { clock, runs, node } = await open();
    const send = node();
    await send();
    await clock.advance(HOUR_MS - 1);
    await send();
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect(await send({ content: "b" })).toMatchObject({ status: 201 });
    expect(new Set(runs).size).toBe(2);
  });
});

describe("a refusal", () => {
  it.each(["not_found", "waba_in_use", "invalid_request", "meta_rejected", "meta_outcome_unknown"])(
    "%s is the answer to every repeat",
    async (code) => {
      const { runs, node } = await open();
      const send = node();
      const first = await send({}, fail(code as Failure["code"]));
      expect(JSON.parse(first.text)).toMatchObject({ error: { code }, requestId: "request_1" });
      const headers = { ...first.headers, "idempotency-replayed": "true" };
      expect(await send()).toEqual({ ...first, headers });
      expect(runs).toHaveLength(1);
    },
  );

  it.each([
    ...["rate_limited", "meta_throttled", "store_unavailable", "meta_unavailable"],
    ...["connection_busy", "internal_error", "secret_unreadable"],
  ])("%s is not, and another run draws the same", async (code) => {
    const { runs, node } = await open();
    const send = node();
    const first = await send({}, fail(code as Failure["code"]));
    expect(JSON.parse(first.text)).toMatchObject({ error: { code } });
    expect(await send()).toMatchObject({ status: 201 });
    expect(runs[1]).toBe(runs[0]);
    expect(runs).toHaveLength(2);
  });

  it("that is a bug goes on to the host, and another run draws the same", async () => {
    const { runs, node } = await open();
    const send = node();
    await expect(send({}, () => Promise.reject(new TypeError("a bug")))).rejects.toThrow(TypeError);
    expect(await send()).toMatchObject({ status: 201 });
    expect(runs[1]).toBe(runs[0]);
  });
});

describe("across nodes", () => {
  it("of many at once one runs, and all get its answer", async () => {
    const { clock, runs, node } = await open();
    const nodes = [node(), node()];
    let isOver = false;
    const sent = Promise.all(Array.from({ length: 50 }, (_, index) => nodes[index % 2]?.()));
    const answers = sent.finally(() => {
      isOver = true;
    });
    while (!isOver) await clock.advance(50);
    expect(new Set((await answers).map((answer) => answer?.text)).size).toBe(1);
    expect(runs).toHaveLength(1);
  });

  it("one whose answer could not be stored tells to come again, and draws the same then", async () => {
    const { runs, node } = await open();
    let commits = 0;
    const isCommit = ({ name, keys }: StoreOperation) =>
      name === "commit" && keys.some((key) => key.startsWith("request:"));
    const at = (operation: StoreOperation) => isCommit(operation) && ++commits === 2;
    await expect(node({ at, mode: "before" })()).rejects.toMatchObject({
      code: "store_unavailable",
    });
    expect(await node()()).toMatchObject({ status: 201 });
    expect(runs[1]).toBe(runs[0]);
    expect(runs).toHaveLength(2);
  });

  it("one that waits for another for more than ten seconds is told so", async () => {
    const { clock, runs, node } = await open();
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = node()({}, (drawn) => slow.then(() => succeed(drawn)));
    await clock.advance(0);
    const second = expect(node()()).rejects.toMatchObject({
      code: "connection_busy",
      retryAfterMs: 2_000,
      message: expect.stringContaining("Idempotency-Key"),
    });
    await clock.advance(10_000);
    await second;
    finish();
    expect(await first).toMatchObject({ status: 201 });
    expect(runs).toHaveLength(1);
  });

  it("one that was overtaken while it was paused gives the answer of the other", async () => {
    const { clock, runs, node, shared } = await open();
    const [paused, other] = [node(), node()];
    let go = () => {};
    const pause = new Promise<void>((resolve) => {
      go = resolve;
    });
    const late = paused({}, async (drawn) => {
      await pause;
      return json(200, { drawn, late: true });
    });
    await clock.advance(0);
    expect(runs).toHaveLength(1);
    await takeAway(shared);
    const first = await other();
    go();
    expect((await late).text).toBe(first.text);
    expect(runs[1]).toBe(runs[0]);
  });
});

/** As one does that has seen no beat of the holder for long. */
async function takeAway(store: Store): Promise<void> {
  const name = "lease:request%3Aorg_1%3Akey_1%3Aorder-1";
  expect(await store.get(name)).toBeDefined();
  const keys = [name, `${name}:beat`];
  await store.commit({ guards: [], writes: keys.map((key) => ({ key, value: undefined })) });
}

it("nothing that was answered, nor what it was drawn from, can be read in the store", async () => {
  const { entries, runs, node } = await open();
  await node()({ content: "accessToken=hunter2" });
  const stored = JSON.stringify([...entries]);
  expect(stored).toContain("request:org_1");
  for (const secret of [runs[0], "drawn", "hunter2", "etag"]) expect(stored).not.toContain(secret);
});
