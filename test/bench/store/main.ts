import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type OpenPair, pairs } from "./pairs.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { printStores } from "./print.ts";
import { measureStore, type StoreFigures } from "./store-figures.ts";

const { values: options } = parseArgs({
  options: {
    /** Less of everything, to see that it works. */
    quick: { type: "boolean", default: false },
    /** Where the figures go as JSON. */
    json: { type: "string" },
  },
});

const plan: Plan = options.quick ? QUICK : FULL;
const folder = await mkdtemp(join(tmpdir(), "wabakit-bench-"));
const deadline = setTimeout(() => {
  process.stderr.write("The bench took too long.\n");
  process.exit(1);
}, plan.deadlineMs);

try {
  const figures: StoreFigures[] = [];
  for (const [name, open] of Object.entries(pairs(folder))) figures.push(await measure(name, open));
  process.stdout.write(`${printStores(figures, plan)}\n`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  clearTimeout(deadline);
  await rm(folder, { recursive: true, force: true });
}

async function measure(name: string, open: OpenPair): Promise<StoreFigures> {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${name}\n`);
  const pair = await open();
  try {
    return await measureStore(name, pair, plan);
  } finally {
    await pair.close();
  }
}
