import type KeyvSqlite from "@keyv/sqlite";
import { connectionIndex } from "../../../packages/core/src/connections/waba.ts";
import { obey } from "../commands.ts";
import { type Filling, openFilling } from "./fill.ts";
import { spotAt } from "./layout.ts";
import { openScaleHub, type Scale, type ScaleHub } from "./scale-hub.ts";

const commands = { open, fill, check, close };
export type PreloadCommands = typeof commands;
obey(commands);

const LARGEST_PAGE = 200;
/** A file that is thrown away need not survive a crash while it is filled. */
const FAST = ["journal_mode = DELETE", "synchronous = OFF", "cache_size = -500000"];

interface Preload {
  readonly scale: Scale;
  readonly open: ScaleHub;
  readonly filling: Filling;
}

let preload: Preload | undefined;
/** Where `check` goes on. */
let cursor: string | undefined;

function running(): Preload {
  if (!preload) throw new Error("Nothing is open.");
  return preload;
}

async function open(scale: Scale): Promise<void> {
  const open = await openScaleHub(scale, ["api"]);
  // The place is a file, so the Keyv is on this adapter.
  const adapter = open.keyv.store as KeyvSqlite;
  for (const setting of FAST) await adapter.query(`PRAGMA ${setting}`);
  preload = { scale, open, filling: await openFilling(open, scale) };
}

async function fill({ from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  const { scale, filling } = running();
  await filling.fill(from, to);
  if (to === scale.size) await filling.finish();
}

/**
 * Reads on through the list: each connection once, newest first, and some by their ids.
 *
 * @param from How many were read before.
 * @returns Cursors that the list gave on the way, and whether its end was reached.
 */
async function check({ from, pages }: { readonly from: number; readonly pages: number }) {
  const { scale, open, filling } = running();
  const { size } = scale;
  const { connections } = open.hub;
  const cursors: string[] = [];
  let expected = size - 1 - from;
  for (let page = 0; page < pages; page += 1) {
    const { data, nextCursor } = await connections.list({ limit: LARGEST_PAGE, cursor });
    for (const { connectionId, wabaId } of data) {
      const spot = spotAt(size, expected);
      requireSame(`${connectionId} of ${wabaId}`, `${spot.connectionId} of ${spot.wabaId}`);
      expected -= 1;
    }
    const id = data[0]?.connectionId ?? "";
    requireSame((await connections.get(id))?.connectionId, id);
    cursor = nextCursor ?? undefined;
    if (cursor === undefined) break;
    cursors.push(cursor);
  }
  requireSame(await connectionIndex(open.store, filling.organizationId).count(), size);
  return { cursors, checked: size - 1 - expected, isComplete: cursor === undefined };
}

function requireSame<Value>(found: Value, expected: Value): void {
  if (found !== expected) throw new Error(`${found} was found where ${expected} should be.`);
}

async function close(): Promise<void> {
  await running().open.close();
}
