import { open, readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { type Spread, spread } from "./figures.ts";

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Runnable processes in the last minute, before the bench: more than none disturb it. */
  readonly loadBefore: number;
  /** What it costs to have 8 KiB on the disk for sure, which is what every commit waits for. */
  readonly syncMs: Spread;
}

const SYNCS = 100;
const SYNC_BYTES = 8 * 1024;
const PACKAGES = ["keyv", "@keyv/sqlite", "express", "koa", "undici"];

/** @param folder Where the databases will be. */
export async function describeMachine(folder: string): Promise<Machine> {
  const versions = await Promise.all(PACKAGES.map(versionOf));
  const [loadBefore = 0] = loadavg();
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    versions: { ...Object.fromEntries(versions), SQLite: process.versions.sqlite ?? "unknown" },
    loadBefore,
    syncMs: await measureSync(join(folder, "sync")),
  };
}

async function measureSync(path: string): Promise<Spread> {
  const file = await open(path, "w");
  const bytes = Buffer.alloc(SYNC_BYTES, 1);
  const times = [];
  for (let count = 0; count < SYNCS; count += 1) {
    const startedAt = performance.now();
    await file.write(bytes);
    await file.datasync();
    times.push(performance.now() - startedAt);
  }
  await file.close();
  return spread(times);
}

async function versionOf(name: string): Promise<readonly [string, string]> {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(await readFile(file, "utf8")) as { readonly version: string };
  return [name, version];
}
