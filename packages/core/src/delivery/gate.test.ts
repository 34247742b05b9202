import { fakeClock } from "@wabakit/testing";
import { describe, expect, it } from "vitest";
import { openGates, pass } from "./gate.ts";

const SUSPECTS = 256;
const refs = (count: number) => Array.from({ length: count }, (_, index) => `org_1.whe_${index}`);

/** Gates with so many drains at work, none of which ends, on targets whose newest attempt failed. */
function suspectsAtWork(count: number) {
  const clock = fakeClock();
  const gates = openGates(clock);
  const end = Promise.withResolvers<undefined>();
  for (const ref of refs(count)) {
    gates.of(ref).breaker.note(clock.now(), true);
    void gates.enter(ref, () => end.promise);
  }
  return { clock, gates, end };
}

describe("drains of targets that fail", () => {
  it("leave the greater part of the workers to others", async () => {
    const { clock, gates } = suspectsAtWork(SUSPECTS);
    const run = async () => "ran";
    gates.of("org_1.bad").breaker.note(clock.now(), true);
    expect(await gates.enter("org_1.bad", run)).toEqual({ again: clock.now() + 1_000 });
    expect(await gates.enter("org_1.good", run)).toBe("ran");
  });

  it("make room for the next when they end", async () => {
    const { clock, gates, end } = suspectsAtWork(SUSPECTS);
    end.resolve(undefined);
    await new Promise(setImmediate);
    gates.of("org_1.bad").breaker.note(clock.now(), true);
    expect(await gates.enter("org_1.bad", async () => "ran")).toBe("ran");
  });
});

describe("gates", () => {
  it("say how many are open, and remember those seen last only", () => {
    const clock = fakeClock();
    const gates = openGates(clock);
    const fail = (ref: string) => {
      for (let count = 0; count < 10; count += 1) gates.of(ref).breaker.note(clock.now(), true);
    };
    fail("org_1.one");
    fail("org_1.two");
    expect(gates.open()).toBe(2);
    for (const ref of refs(9_999)) gates.of(ref);
    expect(gates.open()).toBe(1);
  });

  it("leave nothing behind of a wait", async () => {
    const clock = fakeClock();
    const gate = openGates(clock).of("org_1.one");
    const stopping = new AbortController();
    const parts = { clock, gate, target: { rateLimit: 2 }, stopping: stopping.signal };
    expect(await pass(parts)).toBeUndefined();
    const waiting = pass(parts);
    expect(clock.pending).toBe(1);
    stopping.abort();
    await waiting;
    expect(clock.pending).toBe(0);
  });
});
