import { expect, it } from "vitest";
import type { Finish, Stop } from "./read-message.ts";
import { addSignal, launched, type Outcome, outcomeOf, type Signal } from "./signals.ts";

const WABA = "104996122399160";
const NUMBER = "110200345501442";
const finished: Finish = {
  kind: "finish",
  wabaId: WABA,
  phoneNumberId: NUMBER,
  coexistence: false,
};
const cancelled: Stop = { kind: "stop", event: "CANCEL", details: { currentStep: "PERMISSIONS" } };
const broken: Stop = { kind: "stop", event: "ERROR", details: { errorCode: "524126" } };

const SIGNALS = {
  code: { kind: "answer", code: "AQB1", at: 60_000 },
  otherCode: { kind: "answer", code: "AQB2", at: 61_000 },
  closed: { kind: "answer", code: null, at: 60_000 },
  closedAtOnce: { kind: "answer", code: null, at: 499 },
  finish: { kind: "message", message: finished },
  otherFinish: { kind: "message", message: { ...finished, wabaId: "7" } },
  bareFinish: { kind: "message", message: { ...finished, wabaId: null, phoneNumberId: null } },
  coexistenceFinish: { kind: "message", message: { ...finished, coexistence: true } },
  cancel: { kind: "message", message: cancelled },
  error: { kind: "message", message: broken },
  waited: { kind: "waited" },
} as const satisfies Record<string, Signal>;

type Name = keyof typeof SIGNALS;

function outcomeAfter(names: readonly Name[], coexistence = false): Outcome {
  const evidence = names.map((name): Signal => SIGNALS[name]);
  return outcomeOf(evidence.reduce(addSignal, launched(0, coexistence)));
}

function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first, at) =>
    ordersOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]),
  );
}

const withIds = {
  kind: "finished",
  result: { code: "AQB1", wabaId: WABA, phoneNumberId: NUMBER, coexistence: false },
};
const withoutIds = {
  kind: "finished",
  result: { code: "AQB1", wabaId: null, phoneNumberId: null, coexistence: false },
};
const left = { kind: "left", details: cancelled.details };
const failed = { kind: "failed", details: broken.details };
const OPEN = { kind: "open" };

const IN_ANY_ORDER: readonly (readonly [Name[], unknown])[] = [
  [[], OPEN],
  [["code"], OPEN],
  [["finish"], OPEN],
  [["code", "finish"], withIds],
  [["code", "waited"], withoutIds],
  [["code", "finish", "waited"], withIds],
  [["code", "bareFinish"], withoutIds],
  [["code", "code", "finish", "finish"], withIds],
  [["cancel"], left],
  [["cancel", "cancel"], left],
  [["cancel", "closed"], left],
  [["cancel", "closedAtOnce"], left],
  [["error"], failed],
  [["error", "closed"], failed],
  [["closed"], { kind: "left", details: {} }],
  [["closed", "closed"], { kind: "left", details: {} }],
  [["closedAtOnce"], { kind: "blocked" }],
  // The strongest evidence decides, whenever it comes.
  [["cancel", "finish"], OPEN],
  [["error", "finish"], OPEN],
  [["cancel", "finish", "code"], withIds],
  [["error", "finish", "code"], withIds],
  [["cancel", "code"], withoutIds],
  [["error", "code"], withoutIds],
  [["closed", "code", "finish"], withIds],
  [["closedAtOnce", "code", "finish"], withIds],
  [["closed", "cancel", "finish", "code", "waited"], withIds],
];

it.each(IN_ANY_ORDER)("in any order: %j", (names, expected) => {
  for (const order of ordersOf(names)) {
    expect(outcomeAfter(order), order.join(", ")).toEqual(expected);
  }
});

it("a finish that no code comes with has failed, for there is nothing to exchange", () => {
  for (const order of ordersOf<Name>(["finish", "closed"])) {
    expect(outcomeAfter(order)).toMatchObject({ kind: "failed" });
  }
});

it.each<[Name[], object]>([
  [["code", "otherCode", "finish"], { code: "AQB1" }],
  [["otherCode", "code", "finish"], { code: "AQB2" }],
  [["code", "finish", "otherFinish"], { wabaId: WABA }],
  [["otherFinish", "finish", "code"], { wabaId: "7" }],
  [["code", "finish", "closed"], { code: "AQB1" }],
  [["code", "finish", "cancel", "error"], { code: "AQB1", wabaId: WABA }],
])("the first of a kind counts: %j", (names, expected) => {
  expect(outcomeAfter(names)).toMatchObject({ kind: "finished", result: expected });
});

it.each<[Name[], boolean, boolean]>([
  [["code", "finish"], false, false],
  [["code", "finish"], true, true],
  [["code", "coexistenceFinish"], false, true],
  [["code", "coexistenceFinish"], true, true],
  [["code", "waited"], true, true],
  [["code", "waited"], false, false],
])("coexistence after %j, launched with it: %s, is %s", (names, launchedWith, expected) => {
  expect(outcomeAfter(names, launchedWith)).toMatchObject({ result: { coexistence: expected } });
});

it("half a second separates a window that was blocked from one that was closed", () => {
  const closedAt = (at: number) =>
    outcomeOf(addSignal(launched(5_000, false), { kind: "answer", code: null, at })).kind;
  expect(closedAt(5_499)).toBe("blocked");
  expect(closedAt(5_500)).toBe("left");
});
