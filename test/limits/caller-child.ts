/**
 * A process with a hub that calls itself: node caller-child.ts <connect> <name> <max> <calls>
 *
 * Writes `ready` when the hub has started, reads once it is told anything, as many times as it has
 * calls, and writes how often it got each status.
 */
import { once } from "node:events";
import { createHub } from "@wabakit/core";
import { postgresConnects, redisConnects } from "../store/places.ts";

/** How many calls are under way at once. */
const AT_ONCE = 64;
const API_KEY = "a-bootstrap-key-of-at-least-32-characters";

const [connect = "", name = "", max, calls] = process.argv.slice(2);
const keyv = { ...redisConnects, ...postgresConnects }[connect]?.(name);
if (!keyv) throw new Error(`There is no ${connect}.`);

const hub = createHub({
  store: keyv,
  secretKeys: [new Uint8Array(32).fill(1)],
  publicUrl: "https://app.example.com",
  meta: { appId: "1", appSecret: "s3cret", verifyToken: "verify" },
  apiKey: API_KEY,
  durable: false,
  roles: ["api"],
  limits: { reads: { max: Number(max), perMs: 60 * 60 * 1000 } },
});
const counts: Record<string, number> = {};
let left = Number(calls);

await hub.start();
console.log("ready");
await once(process.stdin, "data");
await Promise.all(Array.from({ length: AT_ONCE }, callOn));
console.log(JSON.stringify(counts));
await hub.stop();
await keyv.disconnect();
process.exit();

async function callOn(): Promise<void> {
  while (left-- > 0) {
    const headers = { "x-api-key": API_KEY };
    const request = new Request("https://app.example.com/api/v1/webhook-endpoints", { headers });
    const status = (await hub.fetch(request))?.status ?? 0;
    counts[status] = (counts[status] ?? 0) + 1;
  }
}
