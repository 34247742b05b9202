import { type Attributes, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { Failure } from "../failure.ts";
import { SCOPE } from "./instruments.ts";

/** What a span is begun with. Nothing of it may be a secret, a phone number, a body or a path. */
export interface SpanStart {
  readonly kind?: "server" | "client" | "internal";
  readonly attributes?: Attributes;
}

const KINDS = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/**
 * Runs something in a span of the host's tracer; what the span learns later is noted. An error is told
 * by its kind alone: its words may hold anything.
 *
 * @throws What it throws.
 */
export function inSpan<Result>(
  name: string,
  { kind = "internal", attributes = {} }: SpanStart,
  run: (note: (more: Attributes) => void) => Promise<Result>,
): Promise<Result> {
  const options = { kind: kind === "server" ? serverKind() : KINDS[kind], attributes };
  return trace.getTracer(SCOPE).startActiveSpan(name, options, async (span) => {
    try {
      return await run((more) => void span.setAttributes(more));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", errorType(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A host that traces its own server has told of the request already. */
function serverKind(): SpanKind {
  return trace.getActiveSpan() ? SpanKind.INTERNAL : SpanKind.SERVER;
}

/** The code of a failure, the class of another error; nothing that somebody wrote. */
export function errorType(error: unknown): string {
  if (error instanceof Failure) return error.code;
  const name = error instanceof Error ? error.constructor.name : "";
  return /^[A-Za-z_]\w{0,63}$/.test(name) ? name : "_OTHER";
}
