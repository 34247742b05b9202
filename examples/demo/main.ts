import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { giveUp, stopSignal } from "@wabakit/example-environment";
import { createNarrator, type Narrator } from "./narrator.ts";
import { openStage, type Stage } from "./stage.ts";
import { stayUp } from "./stay-up.ts";
import { tellStory } from "./story.ts";

const CHECK_LIMIT_MS = 30_000;

/** `--check` tells the same story, and fails where it comes to another end. */
const isCheck = process.argv.includes("--check");

async function main(): Promise<void> {
  const stopped = stopSignal();
  await using cleanup = new AsyncDisposableStack();
  console.log("The way of a WhatsApp message: from Meta, through your server, to your customer's.");
  const stage = await openStage(cleanup);
  const narrator = createNarrator(console.log);
  // Awaited here, before `cleanup` ends everybody.
  if (isCheck) await Promise.race([check(stage, narrator), tooEarly(stopped), overtime()]);
  else await Promise.race([present(stage, narrator).then(() => stopped), stopped]);
}

async function present(stage: Stage, narrator: Narrator): Promise<void> {
  await tellStory(stage, narrator, process.stdin.isTTY ? { asked: enterPressed() } : "by itself");
  stayUp(stage, narrator);
}

async function enterPressed(): Promise<void> {
  await once(process.stdin, "data");
  process.stdin.pause();
}

async function check(stage: Stage, narrator: Narrator): Promise<void> {
  await tellStory(stage, narrator, "by itself");
  narrator.step("SIGTERM: your server finishes what it is doing, and ends.");
  const exitCode = await stage.app.stop();
  narrator.tell(`Exit code ${exitCode}.`);
  assert.equal(exitCode, 0);
}

async function tooEarly(stopped: Promise<void>): Promise<never> {
  await stopped;
  throw new Error("The check was stopped before its end.");
}

async function overtime(): Promise<never> {
  await pause(CHECK_LIMIT_MS, undefined, { ref: false });
  throw new Error(`The check took more than ${CHECK_LIMIT_MS / 1000} seconds.`);
}

main().then(() => process.exit(0), giveUp);
