import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { VARIABLE_NAMES } from "../examples/environment/variables.ts";
import { startServer } from "./environment/server-process.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** What every block may take for granted that makes no hub of its own. */
const GIVEN = 'import type { Hub } from "@wabakit/core";\ndeclare const hub: Hub;\n';

const PACKAGES = ["core", "express", "koa", "pages", "testing"];
const readme = await readFile(join(ROOT, "README.md"), "utf8");
const pages = PACKAGES.map((name) => readFile(join(ROOT, `packages/${name}/README.md`), "utf8"));
const blocks = [readme, ...(await Promise.all(pages))].flatMap((page) =>
  [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code),
);
const [first = ""] = blocks;

/** Inside the repository, so that the blocks find the packages. */
const SCRATCH = join(ROOT, "test/.tmp");
let folder = "";

beforeAll(async () => {
  await mkdir(SCRATCH, { recursive: true });
  folder = await mkdtemp(join(SCRATCH, "readme-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  // Another run may still be using it.
  await rmdir(SCRATCH).catch(() => {});
});

test("the README begins with a sentence, the install, and a short snippet", () => {
  const [title, , sentence = "", , install] = readme.split("\n");
  expect(title).toBe("# wabakit");
  expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
  expect(install).toBe("```sh");
  expect(first.split("\n").length - 1).toBeLessThan(15);
  expect(readme.slice(0, readme.indexOf(first) + first.length).split("\n").length).toBeLessThan(40);
});

test("every block of the README, and of the packages' own, compiles", async () => {
  expect(blocks.length).toBeGreaterThan(5);
  const config = {
    extends: join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
    },
    include: ["block-*.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  for (const [index, code] of blocks.entries()) {
    const given = code.includes("const hub =") ? "" : GIVEN;
    await writeFile(join(folder, `block-${index + 1}.ts`), `${given}${code}export {};\n`);
  }
  const { stdout } = spawnSync(process.execPath, [TSC, "-p", folder], { encoding: "utf8" });
  expect(stdout).toBe("");
});

test("the first block runs as it is, and answers Meta and callers", async () => {
  const script = join(folder, "first.ts");
  await writeFile(script, first.replace("listen(3000)", "listen(process.env.PORT)"));
  const server = await startServer(script, { cwd: folder });
  onTestFinished(() => server.kill());
  await server.ready();

  const [, token = ""] = /verifyToken: "(.*?)"/.exec(first) ?? [];
  const check = { "hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": token };
  const webhook = `${server.url}/webhooks/meta?${new URLSearchParams(check)}`;
  expect(await (await fetch(webhook)).text()).toBe("42");
  expect((await fetch(`${server.url}/api/v1/connections`)).status).toBe(401);
});

test("the README lists the variables that the examples read", () => {
  const [, table = ""] = readme.split("| variable | default | |");
  const cells = [...table.matchAll(/^\| (`.*?`) \|/gm)].map(([, cell = ""]) => cell);
  const listed = cells.flatMap((cell) => cell.match(/\w+/g) ?? []);
  expect(listed.sort()).toEqual([...VARIABLE_NAMES].sort());
});
