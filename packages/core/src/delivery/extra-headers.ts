import { z } from "zod";
import { Failure } from "../failure.ts";
import type { SignatureForm } from "./endpoint.ts";

const MOST_HEADERS = 20;
const MOST_CHARACTERS = 4_096;
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
/** Visible ASCII and single spaces within: nothing that could end a header, or be lost at its ends. */
const VALUE = /^[\x21-\x7e]+( +[\x21-\x7e]+)*$/;

/** What belongs to the request itself, or says what its body is. */
const OURS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);
const OUR_BEGINNINGS = ["proxy-", "sec-", "webhook-", "x-wabakit-"];
const SUFFIXES = ["signature", "previous-signature", "event", "event-id"];

/** More headers for every delivery, by name; what a receiver wants beside the signature. */
export const ExtraHeaders = z
  .record(
    z.string().regex(NAME, "is not a header name"),
    z.string().max(MOST_CHARACTERS).regex(VALUE, "must be visible ASCII, without spaces around it"),
  )
  .refine((headers) => Object.keys(headers).length <= MOST_HEADERS, "must be 20 headers at most")
  .refine((headers) => sizeOf(headers) <= MOST_CHARACTERS, "must be 4,096 characters at most")
  .refine(hasEachOnce, "has a name twice")
  .superRefine((headers, context) => {
    for (const name of Object.keys(headers).filter(isOurs)) {
      context.addIssue({ code: "custom", path: [name], message: "is not yours to set" });
    }
  });
export type ExtraHeaders = z.output<typeof ExtraHeaders>;

/** How deliveries are signed; see `SignatureForm`. */
export const Signature = z.union([
  z.literal("standard"),
  z.strictObject({
    format: z.literal("sha256-hex"),
    /** What the names of the headers begin with, e.g. `X-Acme`. */
    prefix: z
      .string()
      .max(40)
      .regex(/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/, "must be like X-Acme")
      .refine((prefix) => !namesUnder(prefix).some(isOurs), "is not yours to set"),
  }),
]);

/** @throws {Failure} `invalid_request` naming the headers that the signature has for itself. */
export function requireFree(headers: ExtraHeaders, signature: SignatureForm): void {
  if (signature === "standard") return;
  const taken = namesUnder(signature.prefix);
  const fields = Object.keys(headers)
    .filter((name) => taken.includes(name.toLowerCase()))
    .map((name) => ({ path: `headers.${name}`, message: "is a header of the signature" }));
  if (fields.length > 0) throw new Failure("invalid_request", undefined, { context: { fields } });
}

function namesUnder(prefix: string): readonly string[] {
  return SUFFIXES.map((suffix) => `${prefix}-${suffix}`.toLowerCase());
}

function isOurs(name: string): boolean {
  const lower = name.toLowerCase();
  return OURS.has(lower) || OUR_BEGINNINGS.some((beginning) => lower.startsWith(beginning));
}

function sizeOf(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).flat().join("").length;
}

function hasEachOnce(headers: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return new Set(names).size === names.length;
}
