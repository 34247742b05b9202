import type { Store } from "@wabakit/core";
import { fakeClock, faultyStore, type StoreFault } from "@wabakit/testing";
import { describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { EVENT, NOTIFICATION_PAGE } from "./database.ts";
import { PATIENCE_MS, receiver } from "./receiver.ts";
import { strangersText } from "./strangers-text.ts";

/** What Meta does until it is told 200, with shorter waits. */
const RETRIES = { attempts: 20 };

describe("Meta is answered", () => {
  test("only when the store holds the notification", async () => {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = (store: Store): Store => ({
      ...store,
      async commit(change) {
        if (change.writes.some(({ key }) => NOTIFICATION_PAGE.test(key))) {
          reached.resolve();
          await released.promise;
        }
        return store.commit(change);
      },
    });
    const here = await receiver({ between: slow, roles: ["api", "receiver"] });
    let answered = false;
    const answer = here.meta.send(here.callbackUrl, strangersText(here)).then((result) => {
      answered = true;
      return result;
    });
    await reached.promise;
    await here.counts(); // long enough for an answer that does not wait
    expect(answered).toBe(false);
    expect(await here.records(NOTIFICATION_PAGE)).toEqual([]);

    released.resolve();
    expect(await answer).toMatchObject({ status: 200 });
    expect(await here.records(NOTIFICATION_PAGE)).toHaveLength(1);
  });

  test("whatever the host's listeners do, however long they take", async () => {
    const here = await receiver();
    const released = Promise.withResolvers<void>();
    const begun: string[] = [];
    const ended: string[] = [];
    here.hub.on("webhook.unrouted", async ({ id }) => {
      begun.push(id);
      await released.promise;
      ended.push(id);
    });
    const send = () => here.meta.send(here.callbackUrl, strangersText(here));
    expect(await send()).toMatchObject({ status: 200 });
    await expect.poll(() => begun, { timeout: PATIENCE_MS }).toHaveLength(1);
    expect(await send()).toMatchObject({ status: 200 });
    await expect.poll(() => begun, { timeout: PATIENCE_MS }).toHaveLength(2);
    expect(ended).toEqual([]);

    released.resolve();
    await here.quiet();
    expect(ended.toSorted()).toEqual(begun.toSorted());
  });

  test("even where a listener throws, which then hears the same event again", async () => {
    const clock = fakeClock();
    const here = await receiver({ clock });
    let failures = 2;
    const told: string[] = [];
    here.hub.on("webhook.unrouted", ({ id }) => {
      told.push(id);
      failures -= 1;
      if (failures >= 0) throw new Error("not now");
    });
    const answer = await here.meta.send(here.callbackUrl, strangersText(here));
    expect(answer.status).toBe(200);
    await here.quiet();
    expect(told).toHaveLength(3);
    expect(new Set(told).size).toBe(1);
    expect(await here.records(EVENT)).toHaveLength(1);
  });
});

/** Fails the n-th operation from when it is armed. */
function failingOnce(mode: StoreFault["mode"]) {
  let left = 0;
  const plan: StoreFault = {
    mode,
    at() {
      left -= 1;
      return left === 0;
    },
  };
  return {
    between: (store: Store) => faultyStore(store, plan),
    arm(n: number) {
      left = n;
    },
    /** How many operations there were since it was armed with `n`. */
    seen: (n: number) => n - left,
  };
}

/** Sends one message while the n-th operation fails, and waits until all is done. */
async function sendWithFault(n: number, mode: StoreFault["mode"]) {
  const fault = failingOnce(mode);
  const here = await receiver({ between: fault.between, clock: fakeClock() });
  const { phoneNumberId } = await connect(here);
  fault.arm(n);
  const payload = here.meta.textMessage({ phoneNumberId, body: "hi" });
  const options = { to: here.callbackUrl, retries: RETRIES };
  const [delivered] = await here.meta.deliver(payload, options);
  await here.quiet();
  const operations = fault.seen(n);
  const events = await here.records(EVENT);
  await here.stop();
  return { here, delivered, events, operations };
}

describe.each(["before", "after"] as const)("a store that fails once, %s the effect", (mode) => {
  test("costs no message and doubles none, whichever operation it is", {
    timeout: 40_000,
  }, async () => {
    const { operations } = await sendWithFault(1_000, mode);
    expect(operations).toBeGreaterThan(10);
    const refused: number[] = [];
    for (let n = 1; n <= operations; n += 1) {
      const { here, delivered, events } = await sendWithFault(n, mode);
      expect(delivered?.acknowledged).toBe(true);
      expect(events).toHaveLength(1);
      expect(new Set(here.heard.map(({ id }) => id)).size).toBe(1);
      const answers = delivered?.attempts.slice(0, -1) ?? [];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
        expect(JSON.parse(answer?.body ?? "")).toMatchObject({
          error: { code: "store_unavailable" },
        });
        refused.push(n);
      }
    }
    expect(refused.length).toBeGreaterThan(0);
  });
});
