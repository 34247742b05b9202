import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sink } from "@wabakit/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../examples/demo/free-port.ts";
import { closeServer } from "../examples/environment/close-server.ts";
import { keptSecrets } from "../examples/environment/kept-secrets.ts";
import { openStore } from "../examples/environment/open-store.ts";
import { readVariables, type Variables } from "../examples/environment/variables.ts";
import { warningsAbout } from "../examples/environment/warnings.ts";
import { type ServerProcess, type Start, startServer } from "./environment/server-process.ts";

const KEY = Buffer.alloc(32, 1).toString("base64");
const OLDER_KEY = Buffer.alloc(32, 2).toString("base64");
/** Waiting for what must happen; generous, since only a failure takes that long. */
const POLLING = { timeout: 10_000, interval: 20 };
const API_KEY = "an-api-key-of-at-least-32-characters";
const META = { META_APP_ID: "1234567890", META_APP_SECRET: "s3cret", META_VERIFY_TOKEN: "verify" };
const OWN = { WABAKIT_SECRET_KEYS: KEY, WABAKIT_API_KEY: API_KEY };

/** What is refused, a line for each variable. */
function refusals(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readVariables(env);
  } catch (error) {
    const [first, ...lines] = String(error).split("\n");
    expect(first).toBe("Error: The environment does not work:");
    return lines;
  }
  return [];
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-environment-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe("the environment", () => {
  test("needs nothing while developing", () => {
    expect(readVariables({ PATH: "/bin" })).toEqual({
      NODE_ENV: "development",
      PORT: 3000,
      DATABASE_URL: "sqlite://data/wabakit.db",
      NODES: "one",
      METRICS_HOST: "127.0.0.1",
      ALLOW_PRIVATE_NETWORK: false,
      LOG_LEVEL: "info",
    } satisfies Variables);
  });

  test("takes an empty variable for one that is not set", () => {
    const empty = { PORT: "", QUEUE_URL: " ", META_APP_ID: "", ROLES: "", LOG_LEVEL: "" };
    expect(readVariables(empty)).toEqual(readVariables({}));
  });

  test("reads lists, newest first", () => {
    const variables = readVariables({
      ...META,
      META_APP_SECRET: "new, old",
      WABAKIT_SECRET_KEYS: `${KEY}, ${OLDER_KEY}`,
      ROLES: "api,worker",
    });
    expect(variables.META_APP_SECRET).toEqual(["new", "old"]);
    expect(variables.WABAKIT_SECRET_KEYS?.map(([first]) => first)).toEqual([1, 2]);
    expect(variables.ROLES).toEqual(["api", "worker"]);
  });

  test("names everything that is wrong at once, and shows no value", () => {
    const wrong = {
      PORT: "99999",
      PUBLIC_URL: "ftp://secret.example.com",
      NODES: "some-secret",
      ROLES: "api,secret",
      WABAKIT_SECRET_KEYS: `${KEY},c2VjcmV0`,
      WABAKIT_API_KEY: "short-secret",
      ALLOW_PRIVATE_NETWORK: "secret",
      LOG_LEVEL: "secret",
      META_APP_ID: "secret",
    };
    const lines = refusals(wrong);
    const named = lines.map((line) => /^- (\w+): /.exec(line)?.[1]).sort();
    expect(named).toEqual([...Object.keys(wrong), "META_APP_SECRET", "META_VERIFY_TOKEN"].sort());
    expect(lines.join()).not.toMatch(/secret\.example|some-secret|c2VjcmV0|short-secret/);
  });

  test.each(["redis://localhost", "rediss://h", "postgres://h/db", "postgresql://h", "memory:"])(
    "knows the store at %s",
    (url) => expect(readVariables({ DATABASE_URL: url }).DATABASE_URL).toBe(url),
  );

  test("opens a file whose name is no part of a URL", async () => {
    const keyv = await openStore(`sqlite://${join(await newFolder(), "my data", "a [1].db")}`);
    onTestFinished(async () => void (await keyv.disconnect()));
    await keyv.set("key", "value");
    expect(await keyv.get("key")).toBe("value");
  });

  test.each(["mysql://h", "sqlite://:memory:", "redis://", "somewhere"])(
    "says which stores there are, given %s",
    (url) => {
      expect(refusals({ DATABASE_URL: url })).toEqual([
        expect.stringMatching(/^- DATABASE_URL: must be sqlite:\/\/.*redis:\/\/.*postgres:\/\//),
      ]);
    },
  );

  test("says that there is only the embedded queue", () => {
    expect(refusals({ QUEUE_URL: "redis://localhost" })).toEqual([
      expect.stringMatching(/^- QUEUE_URL: must be empty/),
    ]);
  });

  test.each([
    [{ META_APP_ID: "1" }, ["META_APP_SECRET", "META_VERIFY_TOKEN"]],
    [{ META_APP_SECRET: "s" }, ["META_APP_ID", "META_VERIFY_TOKEN"]],
    [{ META_GRAPH_URL: "http://h" }, ["META_APP_ID", "META_APP_SECRET", "META_VERIFY_TOKEN"]],
    [{ META_SYSTEM_TOKEN: "t" }, ["META_APP_ID", "META_APP_SECRET", "META_VERIFY_TOKEN"]],
    [META, []],
  ])("names what is missing of a Meta app, given %o", (given, missing) => {
    const [name] = Object.keys(given);
    expect(refusals(given)).toEqual(missing.map((it) => `- ${it}: is missing (${name} is set)`));
  });

  test("names every missing secret at once in production", () => {
    const named = refusals({ NODE_ENV: "production" });
    const why = "is missing (NODE_ENV is production)";
    expect(named).toEqual(Object.keys({ ...META, ...OWN }).map((name) => `- ${name}: ${why}`));
    expect(refusals({ NODE_ENV: "production", ...META, ...OWN })).toEqual([]);
  });

  test("reads limits as JSON, and says what they look like", () => {
    const LIMITS = '{"writes":{"max":60,"perMs":60000},"reads":false}';
    expect(readVariables({ LIMITS }).LIMITS).toEqual(JSON.parse(LIMITS));
    for (const wrong of ["{", "30", '{"write":false}', '{"reads":{"max":1}}', '{"reads":true}']) {
      expect(refusals({ LIMITS: wrong })).toEqual([
        expect.stringContaining("LIMITS: must be JSON"),
      ]);
    }
  });

  test("reads where onboarding may send people, and refuses what is no URL", () => {
    const ALLOWED_REDIRECT_URLS = "https://a.example/*, http://localhost:4000/done";
    expect(readVariables({ ALLOWED_REDIRECT_URLS }).ALLOWED_REDIRECT_URLS).toEqual([
      "https://a.example/*",
      "http://localhost:4000/done",
    ]);
    expect(refusals({ ALLOWED_REDIRECT_URLS: "a.example" })).toEqual([
      expect.stringMatching(/^- ALLOWED_REDIRECT_URLS: must be an http or https URL/),
    ]);
  });

  test("warns of what has no effect yet, and of what is dangerous", () => {
    const without = { TRUST_PROXY: "1" };
    const variables = readVariables({ ...META, ...without, ALLOW_PRIVATE_NETWORK: "1" });
    const warnings = warningsAbout(variables);
    for (const name of [...Object.keys(without), "ALLOW_PRIVATE_NETWORK=1"]) {
      expect(warnings.filter((warning) => warning.startsWith(name))).toHaveLength(1);
    }
    expect(warningsAbout(readVariables({}))).toEqual([]);
  });

  test("warns in production where Meta cannot reach the hub", () => {
    const production = { NODE_ENV: "production", ...META, ...OWN };
    const unreachable = warningsAbout(readVariables(production));
    expect(unreachable).toEqual([expect.stringContaining("PUBLIC_URL")]);
    const reachable = { ...production, PUBLIC_URL: "https://app.example.com" };
    expect(warningsAbout(readVariables(reachable))).toEqual([]);
  });
});

describe("secrets that are not set", () => {
  test("are made once, valid, and for their owner only", async () => {
    const folder = join(await newFolder(), "data");
    const made = await keptSecrets({}, folder);
    const again = await keptSecrets({}, folder);

    expect(made.map(({ name }) => name)).toEqual(Object.keys(OWN));
    expect(made.map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(again).toEqual(made.map((secret) => ({ ...secret, isNew: false })));
    expect(refusals(Object.fromEntries(made.map(({ name, value }) => [name, value])))).toEqual([]);
    for (const { path } of made) expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("are not made for those that are", async () => {
    const folder = await newFolder();
    expect(await keptSecrets(OWN, folder)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("are the same for two that start together", async () => {
    const folder = await newFolder();
    const [one, other] = await Promise.all([keptSecrets({}, folder), keptSecrets({}, folder)]);
    expect(one.map(({ value }) => value)).toEqual(other.map(({ value }) => value));
    expect((await readdir(folder)).sort()).toEqual(Object.keys(OWN).sort());
  });

  test("are not made up anew over a file that somebody emptied", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "WABAKIT_API_KEY"), "");
    await expect(keptSecrets({}, folder)).rejects.toThrow(/WABAKIT_API_KEY is empty/);
  });
});

describe.each(["express", "koa"])("the %s example", (name) => {
  const script = fileURLToPath(new URL(`../examples/${name}/main.ts`, import.meta.url));

  async function start(cwd: string, env: Start["env"] = {}): Promise<ServerProcess> {
    const server = await startServer(script, { cwd, env });
    onTestFinished(() => server.kill());
    return server;
  }

  test("runs with nothing set, logs no text, and keeps its state over a restart", async () => {
    const cwd = await newFolder();
    const server = await start(cwd);
    await server.waitFor("The hub is up.");
    const apiKey = (await readFile(join(cwd, "data/WABAKIT_API_KEY"), "utf8")).trim();
    expect(server.output()).toContain("data/WABAKIT_API_KEY (made just now)");
    expect(server.output()).not.toContain(apiKey);

    // What it says to try.
    const bodies = [...server.output().matchAll(/-d '(\{.*\})'/g)].map(([, body]) => body);
    const [session, number] = bodies;
    const [writeUrl = ""] = /http:\S+(?= -d 'Hello!')/.exec(server.output()) ?? [];
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const sessions = `${server.url}/api/v1/onboarding/sessions`;
    const begun = await fetch(sessions, { method: "POST", headers, body: String(session) });
    expect(await begun.json()).toMatchObject({
      onboardingUrl: expect.stringMatching(/\/connect\/onboard#[\w-]{43}$/),
    });
    const connections = (url: string) => `${url}/api/v1/connections`;
    const connect = { method: "POST", headers, body: String(number) };
    expect((await fetch(connections(server.url), connect)).status).toBe(201);
    await fetch(writeUrl, { method: "POST", body: "a very private text" });
    await server.waitFor('"event":"message.received"');
    expect(server.output()).toMatch(/"id":"evt_\w+","connectionId":"conn_/);
    expect(server.output()).not.toContain("a very private text");
    expect(await server.stop()).toBe(0);

    const again = await start(cwd);
    await again.waitFor("The hub is up.");
    expect(again.output()).not.toContain("made just now");
    const listed = await fetch(connections(again.url), { headers });
    expect(await listed.json()).toMatchObject({ data: [{ tenantId: "acme" }] });
    expect(await again.stop()).toBe(0);
    expect(await readdir(join(cwd, "data"))).not.toContain("wabakit.db-wal");
  });

  test("exposes metrics on a port of their own where one is set, and on no other", async () => {
    const METRICS_PORT = String(await freePort(0));
    const customer = await sink();
    onTestFinished(customer.close);
    const server = await start(await newFolder(), {
      METRICS_PORT,
      ALLOW_PRIVATE_NETWORK: "1",
      WABAKIT_API_KEY: API_KEY,
    });
    const url = `http://127.0.0.1:${METRICS_PORT}/metrics`;
    await server.waitFor("The hub is up.");
    expect(server.output()).toContain(url);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);

    const [writeUrl = ""] = /http:\S+(?= -d 'Hello!')/.exec(server.output()) ?? [];
    const bodies = [...server.output().matchAll(/-d '(\{.*\})'/g)].map(([, body]) => body);
    const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
    const post = (path: string, body: string) =>
      fetch(`${server.url}/api/v1${path}`, { method: "POST", headers, body });
    expect((await post("/connections", String(bodies[1]))).status).toBe(201);
    const endpoint = JSON.stringify({ url: customer.url, events: ["message.received"] });
    expect((await post("/webhook-endpoints", endpoint)).status).toBe(201);
    await fetch(writeUrl, { method: "POST", body: "hello" });
    await customer.waitFor(1);
    await vi.waitFor(async () => {
      const text = await (await fetch(url)).text();
      expect(text).toMatch(/^wabakit_notifications_received_total\{.*\} 1$/m);
      expect(text).toMatch(/^wabakit_items_processed_total\{.*\} 1$/m);
      const delivered = /^wabakit_delivery_attempts_total\{.*wabakit_outcome="delivered".*\} 1$/m;
      expect(text).toMatch(delivered);
      expect(text).toMatch(/^wabakit_queue_waiting\{/m);
      expect(text).toMatch(/^http_server_request_duration_count\{/m);
    }, POLLING);
    expect(await server.stop()).toBe(0);
  });

  test("refuses to start half configured, and writes nothing", async () => {
    const cwd = await newFolder();
    const server = await start(cwd, { NODE_ENV: "production", META_APP_ID: "1" });
    expect(await server.exit).toBe(1);
    for (const missing of ["META_APP_SECRET", "META_VERIFY_TOKEN", ...Object.keys(OWN)]) {
      expect(server.output()).toContain(`- ${missing}: is missing`);
    }
    expect(server.output()).not.toContain("    at ");
    expect(await readdir(cwd)).toEqual([]);
  });
});

describe("closing a server", () => {
  test("lets a request under way end, and takes no other", async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const server = createServer((_, response) => void held.then(() => response.end("done")));
    await once(server.listen(0, "127.0.0.1"), "listening");
    // A TCP server that listens has this shape of address.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const arrived = once(server, "request");
    const answer = fetch(url);
    await arrived;

    const closed = closeServer(server);
    await expect(fetch(url)).rejects.toThrow();
    release();
    expect(await (await answer).text()).toBe("done");
    await closed;
  });
});
