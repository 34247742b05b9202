import { z } from "zod";
import { Failure, type FailureContext } from "../failure.ts";
import { safeParse, type Wrong } from "../safe-parse.ts";
import { meaningOf, type Retry } from "./errors.ts";
import { redact } from "./redact.ts";

/** An answer of the Graph API as it came over the wire. */
export interface GraphAnswer {
  readonly status: number;
  readonly text: string;
}

/** What an answer is judged by, beside itself. */
export interface Asked {
  /** Whether the call could change something: then an answer nobody can read leaves doubt. */
  readonly isWrite: boolean;
  /** What must not appear in a failure even if Meta repeats it: tokens, secrets, proofs. */
  readonly secrets: readonly string[];
}

/** The value that was asked for, or why there is none and whether asking again can help. */
export type Understanding<Value> =
  | { readonly value: Value }
  | { readonly failure: Failure; readonly retry: Retry };

/** Meta's words are shown to people; nobody reads more than this many characters of them. */
const MAX_MESSAGE_LENGTH = 500;

const text = z.string().nullish().catch(undefined);

/** Meta's error object. Only the code is indispensable. `error_data` may be a bare string. */
const Refusal = z.object({
  error: z.object({
    code: z.number(),
    message: text,
    error_subcode: z.number().nullish().catch(undefined),
    is_transient: z.boolean().nullish().catch(undefined),
    error_data: z
      .union([z.string(), z.object({ details: text }).transform(({ details }) => details)])
      .nullish()
      .catch(undefined),
    error_user_msg: text,
    fbtrace_id: text,
  }),
});

/**
 * Reads an answer of the Graph API. Pure: the call itself lives in `client.ts`.
 *
 * A refusal becomes the failure that `errors.ts` names for its code, with Meta's words in
 * `context.meta`. An answer that is not Meta's, or has a new shape, is `meta_unavailable` for a
 * read and `meta_outcome_unknown` for a write, which may have been done: so is an error that Meta
 * ran into halfway through a write.
 */
export function interpret<Value>(
  answer: GraphAnswer,
  schema: z.ZodType<Value>,
  asked: Asked,
): Understanding<Value> {
  const body = readJson(answer.text);
  const refusal = safeParse(Refusal, body);
  if (refusal.success) return refused(answer.status, refusal.data.error, asked);
  if (answer.status < 200 || answer.status > 299) return unreadable(answer.status, asked);

  const result = safeParse(schema, body);
  return result.success ? { value: result.data } : misshapen(result.error, asked);
}

type Failed = Extract<Understanding<never>, { failure: Failure }>;

function refused(
  status: number,
  error: z.infer<typeof Refusal>["error"],
  { isWrite, secrets }: Asked,
): Failed {
  const clean = (words: string) => redact(words, secrets).slice(0, MAX_MESSAGE_LENGTH);
  const message = error.message ?? "";
  const subcode = error.error_subcode ?? null;
  const traceId = error.fbtrace_id ? clean(error.fbtrace_id) : null;
  const context = { meta: { code: error.code, subcode, message: clean(message), traceId } };

  const isTransient = error.is_transient ?? false;
  const meaning = meaningOf({ code: error.code, subcode, message, isTransient }, status);
  if (isWrite && meaning.mayBeDone) return doubt(`Meta failed with code ${error.code}`, context);

  const words = error.error_data || error.error_user_msg || message || "no reason given";
  const { failure, retry, retryAfterMs } = meaning;
  const options = retryAfterMs === undefined ? { context } : { context, retryAfterMs };
  return { failure: new Failure(failure, `Meta refused: ${clean(words)}`, options), retry };
}

function unreadable(status: number, { isWrite }: Asked): Failed {
  const what = `Meta answered ${status} without saying why`;
  if (isWrite) return doubt(what);
  return { failure: new Failure("meta_unavailable", `${what}.`), retry: retryFor(status) };
}

/** Only the place is named: what stands there may be anything, a token included. */
function misshapen({ issues }: Wrong, { isWrite, secrets }: Asked): Failed {
  const place = redact(z.core.toDotPath(issues[0]?.path ?? []), secrets);
  const what = `Meta's answer has a new shape${place && ` at ${place}`}`;
  if (isWrite) return doubt(what);
  return { failure: new Failure("meta_unavailable", `${what}.`), retry: "no" };
}

function doubt(what: string, context: FailureContext = {}): Failed {
  const message = `${what}: it may or may not have done it.`;
  return { failure: new Failure("meta_outcome_unknown", message, { context }), retry: "no" };
}

function retryFor(status: number): Retry {
  return status >= 500 ? "later" : "no";
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text, keepLongDigits);
  } catch {
    return undefined;
  }
}

/** Meta's ids may be numbers beyond what a double can hold: those stay the digits they were. */
function keepLongDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(Math.trunc(value));
  return isRounded ? (context?.source ?? value) : value;
}
