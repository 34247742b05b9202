import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { onTestFinished } from "vitest";

/** The keys of what was received and is not processed yet. */
export const NOTIFICATION_PAGE = /^log:notifications:\w+:\d+$/;
/** The keys of what was emitted. */
export const EVENT = /^event:/;

/** A SQLite file of its own for one test; hubs may use it one after the other. */
export interface Database {
  /** A store on the file, as a process makes it when it starts. */
  readonly open: () => Store;
  /** The keys of all rows, those of records that were deleted and not removed yet included. */
  readonly keys: () => Promise<readonly string[]>;
}

/** Goes when the test has ended. */
export async function database(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-receiving-"));
  const adapter = new KeyvSqlite({ uri: `sqlite://${join(folder, "wabakit.db")}`, wal: true });
  const keyv = new Keyv({ store: adapter });
  onTestFinished(async () => {
    await keyv.disconnect();
    await rm(folder, { recursive: true });
  });
  return {
    open: () => keyvStore(keyv),
    async keys() {
      const rows = (await adapter.query("SELECT key FROM keyv")) as { readonly key: string }[];
      return rows.map(({ key }) => key);
    },
  };
}
