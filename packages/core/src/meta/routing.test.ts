import { describe, expect, it } from "vitest";
import type { Override } from "./requests.ts";
import { planRouting, type Routing, type RoutingTurn } from "./routing.ts";

const ours: Override = { url: "https://acme.example/hook", verifyToken: "a" };
const theirs: Override = { url: "https://globex.example/hook", verifyToken: "b" };

const routing = (fields: Partial<Routing> = {}): Routing => ({
  subscribed: true,
  override: null,
  numbers: new Map(),
  ...fields,
});

const nobody = routing({ subscribed: false });
const seen = (overrideUrl: string | null = null, subscribed = true) => ({
  subscribed,
  overrideUrl,
});

const plan = (from: Routing, to: Routing, more: Partial<RoutingTurn> = {}, at = seen()) =>
  planRouting(at, { from, to, anew: false, clearForeign: false, ...more });

describe("a subscription", () => {
  it("is asked for where there is none", () => {
    expect(plan(nobody, routing(), {}, seen(null, false))).toEqual([{ kind: "subscribe" }]);
  });

  it("is not repeated, since that would remove an override", () => {
    expect(plan(nobody, routing(), {}, seen("https://elsewhere.example"))).toEqual([]);
  });

  it("ends when nobody is left, and only if it is there", () => {
    expect(plan(routing(), nobody)).toEqual([{ kind: "unsubscribe" }]);
    expect(plan(routing(), nobody, {}, seen(null, false))).toEqual([]);
  });
});

describe("an override", () => {
  const wanted = routing({ override: ours });

  it("is set in one call, subscribed or not", () => {
    const step = { kind: "override", override: ours };
    expect(plan(routing(), wanted)).toEqual([step]);
    expect(plan(nobody, wanted, {}, seen(null, false))).toEqual([step]);
  });

  it("is left alone while it stands, unless it is to be verified anew", () => {
    expect(plan(wanted, wanted, {}, seen(ours.url))).toEqual([]);
    expect(plan(wanted, wanted, { anew: true }, seen(ours.url))).toHaveLength(1);
  });

  it("is put back where somebody has changed it", () => {
    expect(plan(wanted, wanted, {}, seen(theirs.url))).toHaveLength(1);
    expect(plan(wanted, wanted, {}, seen(null))).toHaveLength(1);
  });

  it("is set when only its verify token changes", () => {
    const next = routing({ override: { ...ours, verifyToken: "c" } });
    expect(plan(wanted, next, {}, seen(ours.url))).toHaveLength(1);
  });

  it("goes when it is ours, and when it is not only on purpose", () => {
    expect(plan(wanted, routing(), {}, seen(ours.url))).toEqual([{ kind: "subscribe" }]);
    expect(plan(wanted, routing(), {}, seen(theirs.url))).toEqual([]);
    expect(plan(wanted, routing(), { clearForeign: true }, seen(theirs.url))).toHaveLength(1);
    expect(plan(wanted, routing(), {}, seen(null))).toEqual([]);
  });
});

describe("overrides of numbers", () => {
  const ofNumbers = routing({ numbers: new Map([["7", ours]]) });

  it("are set before the account's goes, so that no message takes another way", () => {
    expect(plan(routing({ override: ours }), ofNumbers, {}, seen(ours.url))).toEqual([
      { kind: "number", phoneNumberId: "7", override: ours },
      { kind: "subscribe" },
    ]);
  });

  it("go after the account's is set", () => {
    expect(plan(ofNumbers, routing({ override: theirs }))).toEqual([
      { kind: "override", override: theirs },
      { kind: "number", phoneNumberId: "7", override: null },
    ]);
  });

  it("go before the subscription ends", () => {
    expect(plan(ofNumbers, nobody)).toEqual([
      { kind: "number", phoneNumberId: "7", override: null },
      { kind: "unsubscribe" },
    ]);
  });

  it("are told of those that changed alone", () => {
    const both = routing({ numbers: new Map([...ofNumbers.numbers, ["8", theirs]]) });
    expect(plan(ofNumbers, both)).toEqual([
      { kind: "number", phoneNumberId: "8", override: theirs },
    ]);
    expect(plan(both, both)).toEqual([]);
  });
});
