import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, test, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import type { Job } from "../queue/queue.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { newWriter } from "../store/writer.ts";
import { openNotifications } from "./notifications.ts";

const RECEIVED_AT = Date.UTC(2026, 10, 21);
const body = Buffer.from("{}");

/** What wakes a worker for a page; the sweep would find the page anyway. */
const jobOf = (id: string | undefined) => ({ kind: "notification", id, swept: true });

/** Notifications on a store, and a queue that keeps what it is given. */
async function arrange(between: (store: Store) => Store = (store) => store) {
  const store = between(keyvStore(new Keyv()));
  await store.start();
  const add = vi.fn(async (_jobs: readonly Job[]) => {});
  const queue = {
    atomicity: "process" as const,
    add,
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const logger = { ...silentLogger, warn: vi.fn() };
  const clock = fakeClock(RECEIVED_AT);
  const parts = { store, writer: newWriter(), queue, clock, logger };
  const notifications = openNotifications(parts);
  const read = async () => {
    const pages = await notifications.log.pages();
    return Promise.all(pages.map((page) => notifications.read(page)));
  };
  return { parts, notifications, add, logger, read };
}

describe("a notification", () => {
  test("is in the store with its exact bytes when it is acknowledged", async () => {
    const { notifications, read } = await arrange();
    const around = Uint8Array.from([1, 2, 0xff, 0x00, 0xc3, 0x28, 7, 8]);
    await notifications.append("app", around.subarray(2, 6));
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
    expect(await read()).toEqual([[{ appId: "app", receivedAt: RECEIVED_AT, bytes }]]);
  });

  test("wakes a worker for its page, once it is in the store", async () => {
    const { notifications, add } = await arrange();
    const appending = [notifications.append("one", body), notifications.append("two", body)];
    expect(add).not.toHaveBeenCalled();
    await Promise.all(appending);
    const [id] = await notifications.log.pages();
    expect(add.mock.calls).toEqual([[[jobOf(id)]]]);
  });

  test("is acknowledged although no worker could be woken, and found by the sweep", async () => {
    const { notifications, add, logger } = await arrange();
    add.mockRejectedValueOnce(new Error("The queue is down."));
    await notifications.append("app", body);
    await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledOnce());

    await notifications.sweep();
    const [id] = await notifications.log.pages();
    expect(add).toHaveBeenLastCalledWith([jobOf(id)]);
  });
});

describe("a store that fails", () => {
  test.each([1, 2, 3])("at operation %i refuses what came then, and nothing later", async (n) => {
    let armed = false;
    let count = 0;
    const at = () => {
      count += armed ? 1 : 0;
      return count === n;
    };
    const { notifications, add, read } = await arrange((store) =>
      faultyStore(store, { at, mode: "before" }),
    );
    armed = true;
    const refused = [notifications.append("app", body), notifications.append("app", body)];
    for (const result of await Promise.allSettled(refused)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "store_unavailable" } });
    }
    expect(add).not.toHaveBeenCalled();

    await notifications.append("later", body);
    expect((await read()).flat()).toMatchObject([{ appId: "later" }]);
    expect(add).toHaveBeenCalledOnce();
  });

  test("after it has stored a notification leaves it to the sweep", async () => {
    let isLate = false;
    const { notifications, add, read } = await arrange((store) =>
      faultyStore(store, { at: ({ name }) => isLate && name === "commit", mode: "after" }),
    );
    await notifications.append("first", body);
    isLate = true;
    const appending = notifications.append("second", body);
    await expect(appending).rejects.toMatchObject({ code: "store_unavailable" });
    expect((await read()).flat()).toMatchObject([{ appId: "first" }, { appId: "second" }]);

    await notifications.sweep();
    const pages = await notifications.log.pages();
    expect(add).toHaveBeenLastCalledWith(pages.map(jobOf));
  });
});

test("the sweep finds what an earlier process left", async () => {
  const { parts, notifications } = await arrange();
  for (const appId of ["one", "two"]) await notifications.append(appId, body);
  const left = await notifications.log.pages();

  const add = vi.fn(async () => {});
  const next = { ...parts, writer: newWriter(), queue: { ...parts.queue, add } };
  await openNotifications(next).sweep();
  expect(add).toHaveBeenCalledWith(left.map(jobOf));
});
