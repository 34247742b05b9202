import { parseSecretKeys } from "@wabakit/core";
import { z } from "zod";
import { LimitsJson } from "./limits.ts";

const KEY_BYTES = 32;
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const Digits = z.string().regex(/^\d{1,32}$/, "must be one of Meta's ids: a string of digits");
const WebUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const AppliesLater = z.string().optional();

const Port = z
  .string()
  .regex(/^\d{1,5}$/, "must be a port from 1 to 65535")
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65_535, "must be a port from 1 to 65535");

const SecretKeys = z.string().transform((text, context) => {
  try {
    const keys = parseSecretKeys(text);
    if (keys.every((key) => key.length === KEY_BYTES)) return keys;
    context.addIssue(`every key must be ${KEY_BYTES} bytes in base64`);
  } catch (error) {
    // The ring's own words name the position and no part of a key.
    context.addIssue(error instanceof Error ? error.message : "cannot be read");
  }
  return z.NEVER;
});

const Schema = z.object({
  NODE_ENV: z.string().default("development"),
  PORT: Port.default(3000),
  PUBLIC_URL: WebUrl.optional(),
  DATABASE_URL: z
    .string()
    .regex(
      /^(memory:|sqlite:\/\/(?!:memory:).+|rediss?:\/\/.+|postgres(ql)?:\/\/.+)$/,
      "must be sqlite://path/to/file.db, redis://host, postgres://host/database or memory:",
    )
    .default("sqlite://data/wabakit.db"),
  QUEUE_URL: z
    .undefined("must be empty: this release has the queue embedded in the store, and no other")
    .optional(),
  NODES: z.enum(["one", "many"], "must be one or many").default("one"),
  ROLES: list(z.enum(["api", "receiver", "worker"], "must be any of api, receiver, worker")),
  WABAKIT_SECRET_KEYS: SecretKeys.optional(),
  WABAKIT_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, "must be 32 ASCII characters or more, without spaces")
    .optional(),
  META_APP_ID: Digits.optional(),
  META_APP_SECRET: list(z.string().min(1, "holds an empty secret")),
  META_VERIFY_TOKEN: z.string().optional(),
  META_CONFIG_ID: Digits.optional(),
  META_GRAPH_URL: WebUrl.optional(),
  META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.0$/, "must look like v25.0")
    .optional(),
  META_SYSTEM_TOKEN: z.string().optional(),
  ALLOWED_REDIRECT_URLS: list(WebUrl),
  TRUST_PROXY: AppliesLater,
  LIMITS: LimitsJson.optional(),
  ALLOW_PRIVATE_NETWORK: z
    .enum(["0", "1"], "must be 1 or 0")
    .default("0")
    .transform((flag) => flag === "1"),
  METRICS_PORT: Port.optional(),
  METRICS_HOST: z.string().default("127.0.0.1"),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
});

/** What the environment says, under its own names, with defaults filled in. */
export type Variables = z.output<typeof Schema>;

type Given = Readonly<Record<string, string | undefined>>;

/** Everything the examples read. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(Schema.shape);

const META = VARIABLE_NAMES.filter((name) => name.startsWith("META_"));
const META_REQUIRED = ["META_APP_ID", "META_APP_SECRET", "META_VERIFY_TOKEN"];
const OWN_REQUIRED = ["WABAKIT_SECRET_KEYS", "WABAKIT_API_KEY"];

/**
 * Reads the environment; an empty variable is one that is not set.
 *
 * @throws {Error} One message that names every variable that is wrong or missing, and no value.
 */
export function readVariables(env: Given): Variables {
  const given = Object.fromEntries(
    VARIABLE_NAMES.map((name) => [name, env[name]?.trim() || undefined]),
  );
  const { data, error } = Schema.safeParse(given);
  const wrong = (error?.issues ?? []).map(
    ({ path, message }) => `- ${path[0]?.toString()}: ${message}`,
  );
  const problems = [...missing(given), ...new Set(wrong)];
  if (data && problems.length === 0) return data;
  throw new Error(`The environment does not work:\n${problems.join("\n")}`);
}

function missing(given: Given): readonly string[] {
  const isProduction = given.NODE_ENV === "production";
  const metaName = META.find((name) => given[name]);
  const required = [
    ...(isProduction || metaName ? META_REQUIRED : []),
    ...(isProduction ? OWN_REQUIRED : []),
  ];
  const why = isProduction ? "NODE_ENV is production" : `${metaName} is set`;
  return required.filter((name) => !given[name]).map((name) => `- ${name}: is missing (${why})`);
}

/** Comma-separated; absent is `undefined`. */
function list<Item extends z.ZodType<string, string>>(item: Item) {
  return z
    .string()
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .pipe(z.array(item))
    .optional();
}
