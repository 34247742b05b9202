import type { RandomBytes } from "../crypto/random-bytes.ts";
import { Failure } from "../failure.ts";
import type { HttpRequest } from "./message.ts";
import type { WholeResponse } from "./respond.ts";
import type { RawCall, RequestCaller } from "./route.ts";

/** For how long a repeat is answered as the first was. */
export const REPEATABLE_MS = 60 * 60 * 1000;

/** A request whose caller may send it again without a second effect. */
export interface Repeatable {
  readonly caller: RequestCaller;
  /** What the caller has named it, as `Idempotency-Key`. */
  readonly key: string;
  /** What makes two requests the same one, as text: method, path, query and body. */
  readonly content: string;
}

/**
 * Runs a request at most once, and answers a repeat as the first was answered.
 *
 * @param act Given the randomness that this request has every time it is run.
 * @throws {Failure} `idempotency_key_collision`, `connection_busy`, `store_unavailable`
 */
export type Once = (
  repeatable: Repeatable,
  act: (random: RandomBytes) => Promise<WholeResponse>,
) => Promise<WholeResponse>;

const KEY = /^[\x21-\x7e]{1,255}$/;
const KEY_FORM = "must be 1 to 255 visible ASCII characters";

/** What the caller has named this request, if at all. @throws {Failure} `invalid_request` */
export function readIdempotencyKey({ headers }: HttpRequest): string | undefined {
  const given = headers["idempotency-key"];
  if (given === undefined) return undefined;
  if (typeof given === "string" && KEY.test(given)) return given;
  throw new Failure("invalid_request", `Idempotency-Key: ${KEY_FORM}`, {
    context: { fields: [{ path: "Idempotency-Key", message: KEY_FORM }] },
  });
}

/** The same text for the same request, in whatever order its query and its fields come. */
export function contentOf(method: string, path: string, { params, query, body }: RawCall): string {
  const names = [...query].sort(([a], [b]) => compare(a, b));
  return JSON.stringify([method, path, params, names, body], (_, value: unknown) =>
    isRecord(value) ? sorted(value) : value,
  );
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(record: object): object {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
