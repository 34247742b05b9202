import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODULE = "connect.js";
const SCRIPT = "connect.script.js";

let folder = "";
const read = (name: string) => readFile(join(folder, name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wabakit-connect-"));
  const configFile = join(ROOT, "vite.config.ts");
  await build({ root: ROOT, configFile, logLevel: "silent", build: { outDir: folder } });
});

afterAll(() => rm(folder, { recursive: true }));

test("the build is a module and a script, each below 3 kB when it is compressed", async () => {
  expect((await readdir(folder)).sort()).toEqual([MODULE, SCRIPT]);
  for (const name of [MODULE, SCRIPT]) {
    const bytes = gzipSync(await read(name)).length;
    expect(bytes, `${name} has ${bytes} bytes`).toBeLessThan(3_000);
  }
});

test("the module has the client by name and in its default, and needs nothing else", async () => {
  const module = await import(/* @vite-ignore */ pathToFileURL(join(folder, MODULE)).href);
  expect(Object.keys(module).sort()).toEqual(["ConnectError", "default", "newClient"]);
  expect(module.default.newClient).toBe(module.newClient);
  expect(await read(MODULE)).not.toMatch(/^import /m);
});

test("the script makes one global, through which a window is opened", async () => {
  const open = (url: string) => opened.push(url) && null;
  const opened: string[] = [];
  const page = { location: { origin: "https://app.example.com" }, open, URL, URLSearchParams };
  // What a browser calls its global object: here the sandbox itself.
  const sandbox: Record<string, unknown> = { ...page };
  sandbox.window = sandbox;
  runInNewContext(await read(SCRIPT), sandbox);
  const added = Object.keys(sandbox).filter((name) => !(name in page) && name !== "window");
  expect(added).toEqual(["WabakitConnect"]);
  const attempt = runInNewContext(
    `const options = { publicKey: "pk_1", baseUrl: "https://hub.example.com" };
     const { newClient, ConnectError } = WabakitConnect;
     newClient(options).connect({ sessionId: "sess_1" })
       .catch((error) => [error instanceof ConnectError, error.reason])`,
    sandbox,
  );
  expect(await attempt).toEqual([true, "popup_blocked"]);
  expect(opened).toEqual([expect.stringContaining("https://hub.example.com/connect/sdk#")]);
});
