import type Keyv from "keyv";
import { z } from "zod";
import { type LimitsGiven, LimitsOption } from "./access/limits/limits.ts";
import { RedirectUrl } from "./access/organizations/redirect-url.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DUE_SOON_LEAD_MS, HEARTBEAT_PERIOD_MS } from "./connections/timers/heartbeat-fields.ts";
import { LISTENER_OPTIONS, type ListenerOptions } from "./delivery/listener-options.ts";
import type { HttpRequest } from "./http/message.ts";
import type { Caller } from "./http/route.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { MetaAppsOption } from "./meta-apps/meta-apps-option.ts";
import type { Queue } from "./queue/queue.ts";
import type { Store } from "./store/store.ts";
import { discreetLogger } from "./telemetry/discreet-logger.ts";
import { HOOKS, type Hooks } from "./telemetry/hooks.ts";

const SHORTEST_KEY_CHARACTERS = 32;
const KEY_BYTES = 32;
const MAX_PATH = /^(\/[\w.~-]+)+$/;

const Path = z.string().regex(MAX_PATH, "must start with / and not end with it");
const WebUrl = z.url({ protocol: /^https?$/ });

const Days = z.number().min(1, "must be at least a day").max(36_500);

const MAX_SESSION_SECONDS = 24 * 60 * 60;
const SessionSeconds = z
  .int()
  .min(300)
  .max(30 * MAX_SESSION_SECONDS);

const DueSoonLead = z
  .int()
  .min(1)
  .max(HEARTBEAT_PERIOD_MS - 1, "must be less than 13 days, in milliseconds");

const Schema = z.strictObject({
  store: z.custom<Keyv | Store>(isKeyvOrStore, "must be a Keyv, e.g. new Keyv()"),
  secretKeys: z
    .array(z.instanceof(Uint8Array).refine((key) => key.length === KEY_BYTES, "must be 32 bytes"))
    .min(1),
  publicUrl: WebUrl,
  meta: MetaAppsOption,
  queue: z.custom<Queue>(isObject, "must be a Queue").optional(),
  nodes: z.enum(["one", "many"]).default("one"),
  durable: z.boolean().optional(),
  roles: z.array(z.enum(["api", "receiver", "worker"])).default(["api", "receiver", "worker"]),
  paths: z
    .strictObject({
      api: Path.default("/api/v1"),
      receiver: Path.default("/webhooks/meta"),
      pages: Path.default("/connect"),
    })
    .default({ api: "/api/v1", receiver: "/webhooks/meta", pages: "/connect" }),
  apiKey: z.string().min(SHORTEST_KEY_CHARACTERS).optional(),
  authenticate: z.custom<Authenticate>(isFunction, "must be a function").optional(),
  allowPrivateNetwork: z.boolean().default(false),
  retention: z
    .strictObject({ events: Days.default(14), deduplication: Days.default(8) })
    .default({ events: 14, deduplication: 8 }),
  limits: LimitsOption,
  deliveryScheduleMs: z.array(z.int().min(0)).min(1).optional(),
  ...LISTENER_OPTIONS,
  ...HOOKS,
  allowedRedirectUrls: z.array(RedirectUrl).default([]),
  onboarding: z
    .strictObject({ maxSessionSeconds: SessionSeconds.default(MAX_SESSION_SECONDS) })
    .default({ maxSessionSeconds: MAX_SESSION_SECONDS }),
  heartbeat: z
    .strictObject({ dueSoonLeadMs: DueSoonLead.default(DUE_SOON_LEAD_MS) })
    .default({ dueSoonLeadMs: DUE_SOON_LEAD_MS }),
  logger: z.custom<Logger>(isObject, "must be a Logger").default(silentLogger),
  clock: z.custom<Clock>(isObject, "must be a Clock").default(systemClock),
});

type Authenticate = (request: HttpRequest) => Promise<Caller | undefined> | Caller | undefined;

/** A Meta app whose webhooks the hub receives and in whose name it asks. */
export interface MetaOptions {
  readonly appId: string;
  /** Newest first, when there are several; webhooks signed with any of them are accepted. */
  readonly appSecret: string | readonly string[];
  /** What you enter in Meta's App Dashboard beside the callback URL. */
  readonly verifyToken: string;
  /** The Facebook Login for Business configuration. */
  readonly configId?: string | undefined;
  /** Your own system user's token: fetches tokens of customers whose sign-up never came back. */
  readonly systemToken?: string | undefined;
  /** `v25.0` when left out. */
  readonly graphVersion?: string | undefined;
  /** Only for a fake. */
  readonly graphUrl?: string | undefined;
}

/** What a hub is made of. */
export interface HubOptions extends ListenerOptions, Hooks {
  /** Where all state lives: any Keyv, or a `Store` of your own. */
  readonly store: Keyv | Store;
  /** 32-byte keys that seal secrets, newest first. Keep old ones until everything is sealed anew. */
  readonly secretKeys: readonly Uint8Array[];
  /** Where the world reaches the hub, the mount path included. */
  readonly publicUrl: string;
  /** One Meta app, or several; the first one is the default. */
  readonly meta: MetaOptions | readonly MetaOptions[];
  /** A durable queue on the store when left out. */
  readonly queue?: Queue | undefined;
  /** `"many"` refuses a store or a queue that serves one process only. */
  readonly nodes?: "one" | "many" | undefined;
  /**
   * `true` refuses a store that is not known to keep, over a crash, what it has confirmed; `false`
   * says that you know. Left out, such a store is warned about, and one in memory refused where
   * NODE_ENV is production.
   */
  readonly durable?: boolean | undefined;
  /** What this process does; everything when left out. */
  readonly roles?: readonly ("api" | "receiver" | "worker")[] | undefined;
  /** `/api/v1`, `/webhooks/meta`, and `/connect` for pages that people open, when left out. */
  readonly paths?:
    | { readonly api?: string; readonly receiver?: string; readonly pages?: string }
    | undefined;
  /** A key with every scope for the default organization; 32 characters or more, never stored. */
  readonly apiKey?: string | undefined;
  /** Replaces API keys: who sends this request? `undefined` answers 401. */
  readonly authenticate?: Authenticate | undefined;
  /** Lets outgoing URLs be http and private addresses. For development only. */
  readonly allowPrivateNetwork?: boolean | undefined;
  /**
   * For how many days to keep events, their deliveries included (14), and that by which a repeat of an
   * update is known (8: Meta repeats for 7 days).
   */
  readonly retention?:
    | { readonly events?: number | undefined; readonly deduplication?: number | undefined }
    | undefined;
  /**
   * How many requests an API key may make, by the budgets of the routes; `false` turns one off. Left
   * out: reads 100 and writes 30 a minute, reveal 60 an hour, metaLookups 10 and inboxReads 600 a
   * minute, sends 80 a second for each number.
   */
  readonly limits?: LimitsGiven | undefined;
  /** Waiting times before delivery attempts 1, 2, 3 …, in milliseconds. */
  readonly deliveryScheduleMs?: readonly number[] | undefined;
  /** How long before it is due a heartbeat counts as due soon: 3 days, and less than 13. */
  readonly heartbeat?: { readonly dueSoonLeadMs?: number | undefined } | undefined;
  /**
   * Where onboarding may send people afterwards, for every organization beside its own list: whole URLs,
   * in whose paths `*` is any text. publicUrl's own origin always is.
   */
  readonly allowedRedirectUrls?: readonly string[] | undefined;
  /** How long an onboarding link may be asked to live at most: 86,400 seconds when left out. */
  readonly onboarding?: { readonly maxSessionSeconds?: number | undefined } | undefined;
  /** Silent when left out. pino fits. */
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
}

/** The options of a hub with every default filled in. */
export type CheckedOptions = z.output<typeof Schema>;

/**
 * Checks the options of a hub.
 *
 * @throws {Error} One message that names every wrong option.
 */
export function checkOptions(options: HubOptions): CheckedOptions {
  const result = Schema.safeParse(options);
  if (result.success) return { ...result.data, logger: discreetLogger(result.data.logger) };
  const lines = result.error.issues.flatMap((issue) => linesOf(issue));
  throw new Error(`createHub was given options that do not work:\n${lines.join("\n")}`);
}

function linesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly string[] {
  const path = [...above, ...issue.path];
  const name = path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `- ${name ? `${name}.` : ""}${key}: is not an option`);
  }
  const meant = issue.code === "invalid_union" ? issue.errors.find(isOfRightType) : undefined;
  if (meant) return meant.flatMap((inner) => linesOf(inner, path));
  return [`- ${name || "options"}: ${issue.message}`];
}

/** Of the alternatives of a union, the one the host meant: only what is in it is wrong. */
function isOfRightType(issues: readonly z.core.$ZodIssue[]): boolean {
  return !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0);
}

/** The adapter that belongs into a Keyv, and a Map, can `get` as well. */
function isKeyvOrStore(value: unknown): boolean {
  if (!isObject(value) || !isFunction(Reflect.get(value, "getMany"))) return false;
  return isFunction(Reflect.get(value, "commit")) || isObject(Reflect.get(value, "store"));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
