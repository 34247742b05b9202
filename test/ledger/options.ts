import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { BACKENDS, type BackendName } from "../place.ts";

/** What a run of the ledger is told. */
export interface LedgerOptions {
  readonly backend: BackendName;
  readonly kills: number;
  readonly events: number;
  readonly endpoints: number;
  readonly seed: string;
  /** Endpoints that never answer, too: each costs a time-out, and a minute after it. */
  readonly stalls: boolean;
}

const SHORT = { kills: "60", events: "6000" };
const LONG = { kills: "500", events: "100000" };
/** Three that want everything, and one that wants less. */
const ENDPOINTS = "4";

/** What to type. */
export const USAGE = `pnpm test:ledger [--long] [--store ${BACKENDS.join("|")}] [--kills n] [--events n] [--endpoints n] [--seed text]`;

/** Reads the command line. @throws {Error} When it makes no sense. */
export function readOptions(args: readonly string[]): LedgerOptions {
  const { long = false, store = "sqlite", ...given } = readFlags(args);
  const seed = process.env.WABAKIT_TEST_SEED ?? randomBytes(4).toString("hex");
  const texts = { endpoints: ENDPOINTS, seed, ...(long ? LONG : SHORT), ...given };
  const backend = BACKENDS.find((name) => name === store);
  if (!backend) throw new Error(`--store ${store}: there is none of that name.`);
  return {
    backend,
    kills: countFrom("kills", texts.kills),
    events: countFrom("events", texts.events),
    endpoints: countFrom("endpoints", texts.endpoints),
    seed: texts.seed,
    stalls: long,
  };
}

function readFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flags = { store: text, kills: text, events: text, endpoints: text, seed: text };
  const options = { long: { type: "boolean" }, ...flags } as const;
  // pnpm hands on the dashes that end its own flags.
  return parseArgs({ args: args.filter((arg) => arg !== "--"), options }).values;
}

function countFrom(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${text}: has to be a number from 1 on.`);
}
