import {
  type Job,
  localQueue,
  newWriter,
  type Queue,
  type Store,
  silentLogger,
} from "@wabakit/core";
import { fakeClock } from "@wabakit/testing";
import { describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { database, EVENT, NOTIFICATION_PAGE } from "./database.ts";
import { PATIENCE_MS, type Receiver, receiver, startMeta } from "./receiver.ts";
import { strangersText } from "./strangers-text.ts";

describe("what is left behind", () => {
  test("by a receiver without a worker is done by the next process that has one", async () => {
    const shared = { meta: await startMeta(), database: await database() };
    const front = await receiver({ ...shared, roles: ["receiver"] });
    const { phoneNumberId } = await connect(front);
    const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
    for (const body of bodies) {
      await front.meta.send(front.callbackUrl, front.meta.textMessage({ phoneNumberId, body }));
    }
    expect(await front.records(NOTIFICATION_PAGE)).toHaveLength(25);
    expect(await front.records(EVENT)).toEqual([]);
    await front.stop();

    const here = await receiver(shared);
    await here.quiet();
    expect(textsHeardBy(here).toSorted()).toEqual(bodies.toSorted());
    expect(front.heard).toEqual([]);
  });

  test("by a queue that took no wake-up is found by the sweep, and not before", async () => {
    const clock = fakeClock();
    let isDown = false;
    const queue = (store: Store): Queue => {
      const working = localQueue({ store, writer: newWriter(), clock, logger: silentLogger });
      const add = async (jobs: readonly Job[]) => {
        if (isDown) throw new Error("The queue is down.");
        await working.add(jobs);
      };
      return { ...working, add };
    };
    const here = await receiver({ clock, queue });
    isDown = true;
    expect(await here.meta.send(here.callbackUrl, strangersText(here))).toMatchObject({
      status: 200,
    });
    await clock.advance(29_000);
    isDown = false;
    expect(await here.records(NOTIFICATION_PAGE)).toHaveLength(1);
    expect(here.heard).toEqual([]);

    await clock.advance(1_000);
    await expect.poll(() => textsHeardBy(here), { timeout: PATIENCE_MS }).toEqual(["Ünï 🎉 a/b"]);
  });
});

function textsHeardBy({ heard }: Receiver): readonly unknown[] {
  return heard.map((event) => {
    const told = event.type === "webhook.unrouted" ? event.data.update : event;
    const message = told.type === "message.received" ? told.data.message : undefined;
    return message?.type === "text" ? message.text?.body : undefined;
  });
}
