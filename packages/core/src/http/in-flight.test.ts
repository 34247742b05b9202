import { fakeClock } from "@wabakit/testing";
import { expect, test } from "vitest";
import { trackInFlight } from "./in-flight.ts";
import type { HttpRequest } from "./message.ts";

/** No field of it is looked at. */
const request = {} as HttpRequest;

function scene() {
  const gates: PromiseWithResolvers<undefined>[] = [];
  const clock = fakeClock(0);
  const { handle, settled } = trackInFlight(() => {
    const gate = Promise.withResolvers<undefined>();
    gates.push(gate);
    return gate.promise;
  }, clock);
  let isSettled = false;
  const watch = (deadline: number) =>
    settled(deadline).then(() => {
      isSettled = true;
    });
  return { clock, gates, handle, watch, isSettled: () => isSettled };
}

test("is settled at once when nothing is under way", async () => {
  const { watch, isSettled } = scene();
  await watch(1_000);
  expect(isSettled()).toBe(true);
});

test("waits until the last request is answered, also one that fails", async () => {
  const { gates, handle, watch, isSettled, clock } = scene();
  const answers = Promise.allSettled([handle(request), handle(request)]);
  const watching = watch(1_000);
  gates[0]?.resolve(undefined);
  await clock.advance(1);
  expect(isSettled()).toBe(false);
  gates[1]?.reject(new Error("a bug"));
  await watching;
  expect((await answers)[1]?.status).toBe("rejected");
  expect(clock.pending).toBe(0);
});

test("gives up at the deadline", async () => {
  const { clock, handle, watch, isSettled } = scene();
  void handle(request);
  void watch(1_000);
  await clock.advance(999);
  expect(isSettled()).toBe(false);
  await clock.advance(1);
  expect(isSettled()).toBe(true);
});
