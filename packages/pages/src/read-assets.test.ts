import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { readAssets } from "./read-assets.ts";

async function folder(): Promise<URL> {
  const path = await mkdtemp(join(tmpdir(), "pages-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return pathToFileURL(`${path}/`);
}

it("reads the script and the style", async () => {
  const built = await folder();
  await writeFile(new URL("main.js", built), "go();\n");
  await writeFile(new URL("main.css", built), "p{margin:0}\n");
  expect(readAssets(built)).toEqual({ script: "go();", style: "p{margin:0}" });
});

it("says how to build what is not there, and where it was looked for", async () => {
  const built = await folder();
  await writeFile(new URL("main.js", built), "go();");
  expect(() => readAssets(built)).toThrow("pnpm build");
  expect(() => readAssets(built)).toThrow(built.pathname);
});
