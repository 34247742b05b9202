import { expect, test } from "vitest";
import { gather } from "./gather.ts";

/** Something that comes in each of the next `turns` turns of the event loop. */
async function turnsWaitedWhile(turns: number): Promise<number> {
  let count = 1;
  let passed = 0;
  const turn = () => {
    passed += 1;
    if (passed <= turns) count += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  await gather(() => count);
  clearImmediate(next);
  return passed;
}

test("waits one turn when nothing more comes", async () => {
  expect(await turnsWaitedWhile(0)).toBe(1);
});

test("waits on while more comes", async () => {
  expect(await turnsWaitedWhile(3)).toBe(4);
});

test("lets the first one wait no longer than eight turns", async () => {
  expect(await turnsWaitedWhile(100)).toBe(8);
});
