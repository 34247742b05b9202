import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import { onTestFinished } from "vitest";

/** A SQLite file that several hubs use one after the other. */
export interface SqliteFile {
  /** A Keyv as a process opens it; closed when the test is over. */
  readonly open: () => Keyv;
}

export async function sqliteFile(): Promise<SqliteFile> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const uri = `sqlite://${join(folder, "wabakit.db")}`;

  return {
    open() {
      const keyv = new Keyv({ store: new KeyvSqlite({ uri, wal: true }) });
      onTestFinished(async () => void (await keyv.disconnect()));
      return keyv;
    },
  };
}
