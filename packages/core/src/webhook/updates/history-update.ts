import { z } from "zod";
import { type ContactIdentity, identifyContact } from "../contact-identity.ts";
import { asId, asList, asObject, asText, isObject, type JsonObject } from "../lenient.ts";
import { isSamePhone, threadPartyOf } from "../party.ts";
import { type EchoUpdate, readEcho } from "./echo-update.ts";
import { number, object } from "./loose.ts";
import { errors } from "./parts.ts";
import { reader } from "./reader.ts";

/** A message of the past, in either direction. */
export type HistoryMessage = EchoUpdate & {
  /** `outbound` was written by the business. */
  readonly direction: "inbound" | "outbound";
  /** `DELIVERED`, `ERROR`, `PENDING`, `PLAYED`, `READ` or `SENT`. */
  readonly historyStatus: string | null;
};

/** Messages with one user, in Meta's order. */
export interface HistoryThread {
  readonly contact: ContactIdentity | null;
  readonly messages: readonly HistoryMessage[];
}

const Chunk = z.object({
  metadata: object({ phase: number, chunkOrder: number, progress: number }),
  errors,
});

const readChunk = reader(Chunk);

/** A part of a number's history, or why there is none. */
export interface HistoryChunk {
  /** 0: the last day, 1: days 1 to 90, 2: days 90 to 180. */
  readonly phase: number | null;
  readonly chunkOrder: number | null;
  /** Of the whole history, in percent. Chunks come in any order. */
  readonly progress: number | null;
  readonly threads: readonly HistoryThread[];
  readonly errors: z.infer<typeof errors>;
  /** The business keeps its history to itself. */
  readonly declined: boolean;
}

/** The error of a business that shares no history. */
const DECLINED = 2_593_109;

/**
 * Types one element of `history`; `undefined` for what has neither metadata, threads nor errors. What is no
 * message is left out of a thread, and stands in the raw value alone.
 *
 * Source: WhatsApp webhooks reference, `history`.
 */
export function readHistory(chunk: JsonObject, business?: string): HistoryChunk | undefined {
  const { threads, ...beside } = chunk;
  const { metadata = null, errors = null } = readChunk(beside) ?? {};
  const list = asList(threads);
  if (!metadata && !errors && !list) return undefined;
  return {
    phase: metadata?.phase ?? null,
    chunkOrder: metadata?.chunkOrder ?? null,
    progress: metadata?.progress ?? null,
    threads: (list ?? []).filter(isObject).map((thread) => readThread(thread, business)),
    errors,
    declined: errors?.some(({ code }) => code === DECLINED) ?? false,
  };
}

function readThread(thread: JsonObject, business: string | undefined): HistoryThread {
  const messages = (asList(thread.messages) ?? []).filter(isObject);
  const context = asObject(thread.context);
  const profile = { name: context.name, username: context.username };
  return {
    contact: identifyContact(threadPartyOf(thread), { profile }),
    messages: messages.flatMap((message) => readHistoryMessage(message, business) ?? []),
  };
}

/** Types a message of a thread, or one that a file was sent for later. */
export function readHistoryMessage(
  message: JsonObject,
  business: string | undefined,
): HistoryMessage | undefined {
  const echo = readEcho(message);
  const context = asObject(message.history_context);
  const direction = isOutbound(message, business) ? "outbound" : "inbound";
  return echo && { ...echo, direction, historyStatus: asText(context.status) };
}

/** Where Meta does not name the business's number, only what was sent has an addressee. */
function isOutbound({ from, to, to_user_id }: JsonObject, business: string | undefined): boolean {
  if (business !== undefined) return isSamePhone(asId(from), business);
  return asId(to) !== undefined || asId(to_user_id) !== undefined;
}
