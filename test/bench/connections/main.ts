import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fakeMeta, sink } from "@wabakit/testing";
import { placesOn } from "../../place.ts";
import { createChildren } from "../children.ts";
import { metaAtHand, VERIFY_TOKEN } from "./meta-at-hand.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { printConnections } from "./print.ts";
import { measureRounds } from "./rounds.ts";
import { fillScale } from "./scales.ts";

const { values: options } = parseArgs({
  options: {
    /** Without the million. */
    quick: { type: "boolean", default: false },
    /** Where the figures go as JSON. */
    json: { type: "string" },
  },
});

const plan: Plan = options.quick ? QUICK : FULL;
const children = createChildren(undefined);
const folder = await mkdtemp(join(tmpdir(), "wabakit-bench-"));
const meta = await fakeMeta();
const endpoint = await sink({ verifyToken: VERIFY_TOKEN });

const deadline = setTimeout(() => void abandon("The bench took too long."), plan.deadlineMs);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void abandon(`${signal}: giving up.`));
}

try {
  await measure();
} finally {
  await cleanUp();
}

async function measure(): Promise<void> {
  const newPlace = placesOn("sqlite", folder);
  const shared = {
    startAt: Date.now(),
    // One more for the warm-up.
    dueRounds: plan.rounds + 1,
    secretKey: randomBytes(32).toString("hex"),
    meta: metaAtHand(meta, endpoint, plan.sizes),
  };
  const filled = [];
  for (const size of plan.sizes) {
    filled.push(await fillScale({ children, say }, { ...shared, size, place: newPlace() }));
  }
  const figures = await measureRounds({ children, plan, say }, filled);
  process.stdout.write(`${printConnections(figures, plan)}\n`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
}

function say(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}

async function abandon(why: string): Promise<void> {
  process.stderr.write(`${why}\n`);
  await cleanUp();
  process.exit(1);
}

async function cleanUp(): Promise<void> {
  clearTimeout(deadline);
  children.kill();
  await Promise.all([meta.close(), endpoint.close()]);
  await rm(folder, { recursive: true, force: true });
}
