import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { hasEnded, thisProcess } from "./process-identity.ts";

test("a process has ended when its id is nobody's any more", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"]);
  const identity = { ...thisProcess(), pid: child.pid ?? 0 };
  expect(hasEnded(identity)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(hasEnded(identity)).toBe(true);
});

test("this one runs, and of another machine's nobody knows", () => {
  expect(hasEnded(thisProcess())).toBe(false);
  expect(hasEnded({ where: "elsewhere", pid: 999_999_999 })).toBe(false);
});
