/**
 * A process on a store it shares with others. It takes requests as lines of JSON and answers them.
 *
 * node node-child.ts <connect> <namespace or table> <lease time in milliseconds>
 */
import { createInterface } from "node:readline";
import { silentLogger, systemClock } from "@wabakit/core";
import { keyvStore } from "../../packages/core/src/store/keyv-store.ts";
import { type Lease, openLeases } from "../../packages/core/src/store/lease.ts";
import { commitStaged, openLog } from "../../packages/core/src/store/log.ts";
import { openWriter } from "../../packages/core/src/store/membership.ts";
import { churn } from "./index-churn.ts";
import { postgresConnects, redisConnects } from "./places.ts";

export type Request =
  /** Pages with so many entries on each. */
  | { readonly do: "append"; readonly count: number; readonly entries: number }
  | { readonly do: "churn"; readonly count: number }
  | { readonly do: "take"; readonly count: number }
  | { readonly do: "hold" }
  | { readonly do: "members" }
  | { readonly do: "write"; readonly value: string };

type Append = Extract<Request, { readonly do: "append" }>;

export interface Answer {
  /** Pages appended, entries taken, ids left, members alive. */
  readonly list: readonly string[];
  /** The lease was taken, the write has landed. */
  readonly isDone: boolean;
}

const [connect = "", name = "", leaseMs = ""] = process.argv.slice(2);
const connectTo = { ...redisConnects, ...postgresConnects }[connect];
if (!connectTo) throw new Error(`There is no way to connect that is called ${connect}.`);
const store = keyvStore(connectTo(name));
await store.start();
const parts = { store, clock: systemClock, logger: silentLogger, leaseMs: Number(leaseMs) };
const leases = openLeases(parts);
const log = openLog<string>({ store, writer: openWriter(parts) }, "things");
let held: Lease | undefined;
let appended = 0;
const own = String(process.pid);
// Timers that only wait for others do not keep a process alive.
setInterval(() => {}, 60_000);

createInterface(process.stdin).on("line", (line) => {
  const { id, request } = JSON.parse(line);
  void answer(request).then((given) => console.log(JSON.stringify({ id, answer: given })));
});
console.log("ready");

async function answer(request: Request): Promise<Answer> {
  const isDone = true;
  if (request.do === "append") return { list: await append(request), isDone };
  if (request.do === "churn") return { list: await churn(store, own, request.count), isDone };
  if (request.do === "take") return { list: await take(request.count), isDone };
  if (request.do === "members") return { list: await members(), isDone };
  return { list: [], isDone: request.do === "hold" ? await hold() : await write(request.value) };
}

async function members(): Promise<readonly string[]> {
  return (await store.get<readonly string[]>("writers"))?.value ?? [];
}

function write(value: string): Promise<boolean> {
  return store.commit({ guards: held?.guards ?? [], writes: [{ key: "account", value }] });
}

/** Several pages under way at a time. */
async function append({ count, entries }: Append): Promise<readonly string[]> {
  const pages: string[] = [];
  while (pages.length < count) {
    const some = Array.from({ length: Math.min(16, count - pages.length) }, () =>
      appendOne(entries),
    );
    pages.push(...(await Promise.all(some)));
  }
  return pages;
}

async function appendOne(count: number): Promise<string> {
  await log.join();
  const entries = Array.from({ length: count }, () => `${own}.${appended++}`);
  const staged = log.stage(entries);
  if (!(await commitStaged(store, { guards: [], writes: [] }, [staged]))) throw new Error(own);
  return staged.page;
}

/** Removes up to so many pages, whoever they belong to, and each only if nobody else has. */
async function take(count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  for (let left = count; left > 0; ) {
    const pages = (await log.oldest(32)).slice(0, left);
    if (pages.length === 0) break;
    left -= pages.length;
    const attempts = pages.map(async ({ page, stored }) => {
      const guards = [log.guarding(page, stored)];
      const landed = await store.commit({ guards, writes: log.removing(page) });
      return landed ? stored.value : [];
    });
    taken.push(...(await Promise.all(attempts)).flat());
  }
  return taken;
}

/** Until the process ends. */
function hold(): Promise<boolean> {
  return new Promise((resolve) => {
    leases
      .hold("account", (lease) => {
        held = lease;
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}
