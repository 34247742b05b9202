import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "../clock.ts";
import { createGraphClient, type GraphClient } from "./client.ts";
import type { GraphCall } from "./graph-call.ts";

const token = "670843887430011|canary-token|ü".replace("ü", "u+/=");
const appSecret = "canary-app-secret-0123456789abcdef";
const proof = createHmac("sha256", appSecret).update(token).digest("hex");
const CANARIES = [
  token,
  encodeURIComponent(token),
  appSecret,
  proof,
  "canary-input-token",
  "canary verify+token/ü",
  encodeURIComponent("canary verify+token/ü"),
  "canary-code",
  "canary-client-secret",
  "canary-pin",
];

const call = {
  path: "/1/subscribed_apps",
  query: { input_token: "canary-input-token", code: "canary-code" },
  body: {
    webhook_configuration: { verify_token: "canary verify+token/ü" },
    credentials: [{ client_secret: "canary-client-secret", pin: "canary-pin" }],
  },
  token,
  appSecret,
} as const;

/** Everything the request held, as Meta might repeat it. */
async function echoOf(req: IncomingMessage): Promise<string> {
  const { headers, url } = req;
  return `${JSON.stringify(headers)} ${url} ${await text(req)} ${CANARIES.join(" ")}`;
}

type Trouble = (res: ServerResponse, echo: string) => void;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "a refusal in Meta's words": (res, echo) =>
    res.writeHead(400).end(
      JSON.stringify({
        error: {
          code: 100,
          message: echo,
          error_data: { details: echo },
          error_user_msg: echo,
          fbtrace_id: echo,
          type: echo,
        },
      }),
    ),
  "a dead token": (res, echo) =>
    res.writeHead(401).end(JSON.stringify({ error: { code: 190, message: echo } })),
  "an error halfway": (res, echo) =>
    res.writeHead(500).end(JSON.stringify({ error: { code: 2, message: echo } })),
  "an error that repeats the token cut short": (res) =>
    res
      .writeHead(400)
      .end(
        JSON.stringify({ error: { code: 190, message: `Malformed ${appSecret.slice(0, 20)}…` } }),
      ),
  "a page": (res, echo) => res.writeHead(502).end(echo),
  "a new shape": (res, echo) => res.end(JSON.stringify({ data: { [appSecret]: echo } })),
  "a redirect": (res, echo) =>
    res.writeHead(302, { location: `/${encodeURIComponent(echo)}` }).end(echo),
  "an answer that is too long": (res, echo) => res.end(echo.repeat(2_000)),
  "an answer that is not HTTP": (res, echo) => res.socket?.end(`${echo}\r\n\r\n`),
  "an answer that breaks off": (res, echo) => res.write(echo, () => res.destroy()),
  "no answer": (res) => res.destroy(),
};

/** Reads by shape: any record of texts, so that keys come up in the failure's path. */
const schema = z.object({ data: z.record(z.string(), z.number()) });

let trouble: Trouble;
let client: GraphClient;
const server = createServer(async (req, res) => trouble(res, await echoOf(req)));

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A TCP server that listens has this shape of address.
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The pauses between tries are of no interest here; the deadline stays the machine's.
  const now = systemClock.now;
  const schedule = (at: number, task: () => void) =>
    systemClock.schedule(at - now() < 5_000 ? now() : at, task);
  client = createGraphClient({ graphUrl, clock: { now, schedule }, timeoutMs: 10_000 });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await client.close();
});

it.each(
  Object.keys(TROUBLES).flatMap((name) => [
    ["GET", name],
    ["POST", name],
  ]) as ["GET" | "POST", string][],
)("no failure of a %s holds a secret after %s", async (method, name) => {
  trouble = TROUBLES[name] ?? trouble;
  const { failure } = await attempt({ ...call, method, schema });
  expect(leaksOf(failure)).toEqual([]);
});

it("no failure holds a secret when nobody listens or the token is malformed", async () => {
  const nobody = createGraphClient({ graphUrl: "http://127.0.0.1:1", clock: systemClock });
  const unreached = await attempt({ ...call, method: "POST", schema }, nobody);
  const malformed = await attempt({ ...call, method: "GET", token: `${token}\n`, schema });
  await nobody.close();
  expect([...leaksOf(unreached.failure), ...leaksOf(malformed.failure)]).toEqual([]);
});

async function attempt(what: GraphCall<unknown>, by: GraphClient = client) {
  const failure: unknown = await by.call(what).then(
    () => expect.unreachable("The call was to fail."),
    (error: unknown) => error,
  );
  return { failure };
}

/** The canaries found anywhere in an error: own and inherited texts, causes, JSON, inspection. */
function leaksOf(error: unknown): readonly string[] {
  const views = [
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    ...textsIn(error, new Set()),
  ];
  return CANARIES.concat(appSecret.slice(0, 20)).filter((canary) =>
    views.some((view) => view.includes(canary)),
  );
}

function textsIn(value: unknown, seen: Set<unknown>): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const own = value as Record<PropertyKey, unknown>;
  return Reflect.ownKeys(value).flatMap((key) => [String(key), ...textsIn(own[key], seen)]);
}
