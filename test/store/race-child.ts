/**
 * One side of a race: node race-child.ts <connect> <name> <side> <racers> <rounds>
 *
 * Writes `ready` when its store has started, races once it is told anything, and writes its report.
 */
import { once } from "node:events";
import { keyvStore } from "@wabakit/core";
import { postgresConnects, redisConnects } from "./places.ts";
import { race } from "./race.ts";

const [connect = "", name = "", side, racers, rounds] = process.argv.slice(2);
const keyv = { ...redisConnects, ...postgresConnects }[connect]?.(name);
if (!keyv) throw new Error(`There is no ${connect}.`);

const store = keyvStore(keyv);
await store.start();
console.log("ready");
await once(process.stdin, "data");
const size = { racers: Number(racers), rounds: Number(rounds) };
const report = await race(store, side === "0" ? 0 : 1, size);
console.log(JSON.stringify(report));
await store.stop();
await keyv.disconnect();
process.exit();
