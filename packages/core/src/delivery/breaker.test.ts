import { describe, expect, it } from "vitest";
import { createBreaker } from "./breaker.ts";

const AT = Date.UTC(2026, 10, 21);
const MINUTE_MS = 60_000;
const PAUSE_MS = 30_000;

/** Notes outcomes, `x` for a failure, one a second. @returns The breaker, and when the last was. */
function after(outcomes: string) {
  const breaker = createBreaker();
  let now = AT;
  let opened = false;
  for (const outcome of outcomes) {
    now += 1_000;
    opened = breaker.note(now, outcome === "x");
  }
  return { breaker, now, opened };
}

describe("a breaker opens", () => {
  it("at the tenth of ten failures, and not before", () => {
    const nine = after("xxxxxxxxx");
    expect(nine.breaker.state(nine.now)).toBe("closed");
    const ten = after("xxxxxxxxxx");
    expect(ten.opened).toBe(true);
    expect(ten.breaker.state(ten.now)).toBe("open");
    expect(ten.breaker.opensUntil()).toBe(ten.now + PAUSE_MS);
  });

  it.each([
    ["...xxxxxxx", "open"],
    ["....xxxxxx", "closed"],
    ["....xxxxxxxxx", "closed"],
    ["....xxxxxxxxxx", "open"],
  ])("at 70 %% of the attempts: %s is %s", (outcomes, state) => {
    const { breaker, now } = after(outcomes);
    expect(breaker.state(now)).toBe(state);
  });

  it("for what happened within five minutes only", () => {
    const { breaker, now } = after("xxxxxxxxx");
    const later = now + 5 * MINUTE_MS + PAUSE_MS;
    expect(breaker.note(later, true)).toBe(false);
    expect(breaker.state(later)).toBe("closed");
  });
});

describe("an open breaker", () => {
  it("lets one attempt through after 30 seconds, and closes when that succeeds", () => {
    const { breaker, now } = after("xxxxxxxxxx");
    expect(breaker.state(now + PAUSE_MS - 1)).toBe("open");
    expect(breaker.state(now + PAUSE_MS)).toBe("half_open");
    breaker.note(now + PAUSE_MS, false);
    expect(breaker.state(now + PAUSE_MS)).toBe("closed");
    // What was before counts no more.
    expect(breaker.note(now + PAUSE_MS + 1, true)).toBe(false);
  });

  it("stays open for another 30 seconds when that fails", () => {
    const { breaker, now } = after("xxxxxxxxxx");
    const probe = now + PAUSE_MS;
    expect(breaker.note(probe, true)).toBe(true);
    expect(breaker.state(probe + PAUSE_MS - 1)).toBe("open");
    expect(breaker.state(probe + PAUSE_MS)).toBe("half_open");
  });

  it("heeds nothing that was under way when it opened", () => {
    const { breaker, now } = after("xxxxxxxxxx");
    expect(breaker.note(now + 1, false)).toBe(false);
    expect(breaker.state(now + 1)).toBe("open");
  });
});
