/**
 * The ledger: nothing that was answered with 200 is lost, whatever is killed or away meanwhile. Prints what
 * was accepted, delivered, repeated and lost, and exits with 1 when a promise was broken.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LedgerOptions, readOptions, USAGE } from "./options.ts";
import { print } from "./print.ts";
import { type Outcome, runLedger } from "./run.ts";
import { openSetting } from "./setting.ts";
import { faultsOf } from "./verdict.ts";

/** How often to say how far it is. */
const REPORT_EVERY = 20;

const options = readOrExplain();
console.log(`${JSON.stringify(options)}\n`);
const startedAt = performance.now();
const outcome = await run(options);
console.log(print(outcome, options, performance.now() - startedAt));
process.exit(faultsOf(outcome).length > 0 ? 1 : 0);

function readOrExplain(): LedgerOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

async function run({ backend, kills, endpoints, ...plan }: LedgerOptions): Promise<Outcome> {
  const compileCache = await mkdtemp(join(tmpdir(), "wabakit-compiled-"));
  const setting = await openSetting({ backend, endpoints, compileCache });
  const onProgress = (ended: number, accepted: number) => {
    if (ended % REPORT_EVERY === 0) console.log(`${ended} lives, ${accepted} accepted`);
  };
  try {
    return await runLedger(setting, { ...plan, lives: kills, onProgress });
  } finally {
    await setting.close();
    await rm(compileCache, { recursive: true });
  }
}
