import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore } from "@wabakit/core";
import Keyv from "keyv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Acknowledged,
  assertWhole,
  CHANGES_IN_FILE,
  SIZES_IN_FILE,
  SIZES_IN_SQLITE,
} from "./crash-changes.ts";
import { crashProcess } from "./crash-process.ts";
import { fileMap } from "./file-map.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const KILLS = LONG ? 200 : 6;
/** A child is killed this long after its first acknowledgement, at most. */
const LONGEST_LIFE_MS = 150;
const TIMEOUT_MS = LONG ? 1_200_000 : 60_000;
/** What the last change in a file writes: a redo record, its records, and the end of the redo. */
const WRITES_OF_LAST_CHANGE = 10;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wabakit-crash-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a store on SQLite", { timeout: TIMEOUT_MS }, () => {
  it("keeps every acknowledged change whole, and none in part, over kill -9", async () => {
    const database = join(folder, "store.db");
    let acknowledged: Acknowledged = { alpha: 0, beta: 0 };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = crashProcess("sqlite", database);
      await child.firstAcknowledgement;
      await sleep(Math.random() * LONGEST_LIFE_MS);
      child.kill();
      const end = await child.end;
      expect(end.signal).toBe("SIGKILL");
      acknowledged = { ...acknowledged, ...end.acknowledged };
      acknowledged = await checkDatabase(database, acknowledged);
    }
    expect(Math.min(...Object.values(acknowledged))).toBeGreaterThan(KILLS);
  });
});

describe("a store on a Keyv that keeps one record at a time", { timeout: TIMEOUT_MS }, () => {
  it("keeps a change whole or not at all when killed after any of its writes", async () => {
    for (let write = 1; write <= WRITES_OF_LAST_CHANGE; write += 1) {
      const path = join(folder, `killed-${write}`);
      const end = await crashProcess("file", path, String(write)).end;
      const known = { alpha: CHANGES_IN_FILE - 1 };
      expect(end).toEqual({ signal: "SIGKILL", acknowledged: known });
      await checkFile(path, known.alpha);
    }
  });

  it("keeps it so when killed again at any point of the recovery", async () => {
    for (const lines of await crashes()) {
      const path = await fileOf(lines);
      await checkFile(path, CHANGES_IN_FILE - 1);
      const recovered = await linesOf(path);
      for (let end = lines.length; end < recovered.length; end += 1) {
        await checkFile(await fileOf(recovered.slice(0, end)), CHANGES_IN_FILE - 1);
      }
    }
  });

  it("keeps it so when the last record was cut short", async () => {
    for (const lines of await crashes()) {
      const path = await fileOf(lines, '["redo","{');
      await checkFile(path, CHANGES_IN_FILE - 1);
    }
  });

  /** What the file holds after each of the writes of the last change. */
  async function crashes(): Promise<string[][]> {
    const path = join(folder, "unharmed");
    expect(await crashProcess("file", path, "never").end).toMatchObject({ signal: null });
    const lines = await linesOf(path);
    const redo = lines.findLastIndex((line) => line.startsWith('["redo","'));
    const writes = Array.from({ length: WRITES_OF_LAST_CHANGE }, (_, index) => redo + index + 1);
    return writes.map((end) => lines.slice(0, end));
  }

  let files = 0;
  async function fileOf(lines: readonly string[], cut = ""): Promise<string> {
    files += 1;
    const path = join(folder, `file-${files}`);
    await writeFile(path, `${lines.join("\n")}\n${cut}`);
    return path;
  }
});

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, "utf8")).split("\n").slice(0, -1);
}

async function checkDatabase(path: string, acknowledged: Acknowledged): Promise<Acknowledged> {
  const keyv = new Keyv({ store: new KeyvSqlite({ uri: `sqlite://${path}`, wal: true }) });
  const seen = await check(keyv, SIZES_IN_SQLITE, acknowledged);
  await keyv.disconnect();
  return seen;
}

async function checkFile(path: string, alpha: number): Promise<void> {
  const map = fileMap(path);
  await check(new Keyv({ store: map }), SIZES_IN_FILE, { alpha, beta: 0 });
  map.close();
}

async function check(
  keyv: Keyv,
  sizes: readonly number[],
  acknowledged: Acknowledged,
): Promise<Acknowledged> {
  const store = keyvStore(keyv);
  await store.start();
  const seen = await assertWhole(store, sizes, acknowledged);
  await store.stop();
  return seen;
}
