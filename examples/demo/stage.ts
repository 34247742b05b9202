import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAKE_CONFIG_ID, openPlayground, type Playground } from "@wabakit/example-environment";
import { type FakeMeta, fakeMeta } from "@wabakit/testing";
import { type Api, createApi } from "./api.ts";
import { type AppProcess, startApp } from "./app-process.ts";
import { freePort } from "./free-port.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const DEFAULT_PORT = 3000;
const SECRET_BYTES = 32;

/** Everybody in the story, on this machine. */
export interface Stage {
  readonly meta: FakeMeta;
  readonly playground: Playground;
  readonly app: AppProcess;
  readonly appUrl: string;
  /** Where the app keeps its state. */
  readonly database: string;
  readonly callbackUrl: string;
  readonly api: Api;
  readonly receiver: Receiver;
}

/** Starts everybody; `cleanup` ends them, and leaves nothing behind. */
export async function openStage(cleanup: AsyncDisposableStack): Promise<Stage> {
  const port = await freePort(Number(process.env.PORT) || DEFAULT_PORT);
  const appUrl = `http://localhost:${port}`;
  const callbackUrl = `${appUrl}/webhooks/meta`;
  const apiKey = `demo-${randomBytes(SECRET_BYTES).toString("base64url")}`;

  const folder = await mkdtemp(join(tmpdir(), "wabakit-demo-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const database = join(folder, "wabakit.db");
  const meta = await fakeMeta();
  cleanup.defer(meta.close);
  const playground = await openPlayground(meta, callbackUrl);
  cleanup.defer(playground.close);
  const receiver = await startReceiver();
  cleanup.defer(receiver.close);
  const app = await startApp({
    PORT: String(port),
    DATABASE_URL: `sqlite://${database}`,
    WABAKIT_SECRET_KEYS: randomBytes(SECRET_BYTES).toString("base64"),
    WABAKIT_API_KEY: apiKey,
    META_APP_ID: meta.app.appId,
    META_APP_SECRET: meta.app.appSecret,
    META_VERIFY_TOKEN: meta.app.verifyToken,
    META_CONFIG_ID: FAKE_CONFIG_ID,
    META_GRAPH_URL: meta.url,
    // Everything in this story runs on this machine, without https.
    ALLOW_PRIVATE_NETWORK: "1",
  });
  cleanup.defer(async () => void (await app.stop()));

  const api = createApi(appUrl, apiKey);
  return { meta, playground, app, appUrl, database, callbackUrl, api, receiver };
}
