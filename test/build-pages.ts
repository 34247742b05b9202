import { globSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Vite } from "vitest/node";

const PACKAGES = fileURLToPath(new URL("../packages/", import.meta.url));

/** What Vite makes for browsers, by package. */
const BUILT = {
  pages: ["dist/browser/main.js", "dist/browser/main.css"],
  connect: ["dist/connect.js", "dist/connect.script.js"],
} as const;

/** Builds what runs in browsers before any test does, where a source is newer than what was built. */
export async function setup(): Promise<void> {
  for (const [name, built] of Object.entries(BUILT)) {
    const folder = join(PACKAGES, name);
    if (isStale(folder, built)) await build(folder);
  }
}

function isStale(folder: string, built: readonly string[]): boolean {
  const sources = globSync(["src/**/*.*", "vite.config.ts"], { cwd: folder });
  const newest = Math.max(...sources.map((path) => changedAt(folder, path)));
  return newest >= Math.min(...built.map((path) => changedAt(folder, path)));
}

/** Milliseconds since the epoch; 0 for what is not there. */
function changedAt(folder: string, path: string): number {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** With the package's own Vite. What is there stays until it is written over: another run may read it. */
async function build(folder: string): Promise<void> {
  const entry = createRequire(join(folder, "package.json")).resolve("vite");
  const vite: typeof Vite = await import(pathToFileURL(entry).href);
  const { NODE_ENV } = process.env;
  // Otherwise Vite builds what is made for tests, and not what is shipped.
  process.env.NODE_ENV = "production";
  await vite.build({ root: folder, logLevel: "error", build: { emptyOutDir: false } });
  process.env.NODE_ENV = NODE_ENV;
}
