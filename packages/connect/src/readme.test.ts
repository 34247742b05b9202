import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { ConnectReason } from "./connect-error.ts";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(PACKAGE, "../../node_modules/typescript/bin/tsc");
const page = await readFile(join(PACKAGE, "README.md"), "utf8");
const [, snippet = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];

test("the snippet is short, comes early, and compiles as it is", async () => {
  expect(snippet.trim().split("\n").length).toBeLessThan(15);
  expect(page.slice(0, page.indexOf(snippet)).split("\n").length).toBeLessThan(26);
  // Inside the package, so that it finds the package under its own name.
  const folder = await mkdtemp(join(PACKAGE, "readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const compilerOptions = {
    noEmit: true,
    composite: false,
    declaration: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    lib: ["es2022", "dom"],
    types: [],
  };
  const config = { extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(folder, "snippet.ts"), snippet);
  const { stdout } = spawnSync(process.execPath, [TSC, "-p", folder], { encoding: "utf8" });
  expect(stdout).toBe("");
});

/** The compiler sees to it that this list is complete. */
const REASONS: Readonly<Record<ConnectReason, true>> = {
  cancelled: true,
  origin_not_allowed: true,
  unknown_key: true,
  session_closed: true,
  meta_error: true,
  unavailable: true,
  popup_blocked: true,
  popup_closed: true,
  timeout: true,
  already_open: true,
};

test("the table has every reason there is, and no other", () => {
  const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
  expect(told.sort()).toEqual(Object.keys(REASONS).sort());
});
