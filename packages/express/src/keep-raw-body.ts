import type { NodeExchange } from "@wabakit/core";

/** A request, and what body parsers leave on it. */
export type Request = NodeExchange["req"] & { body?: unknown; rawBody?: unknown };

/**
 * Keeps the exact bytes for apps that must parse before they mount the hub:
 * `app.use(express.json({ limit: "4mb", verify: keepRawBody }))`. Meta sends up to 3 MB, so raise
 * the parser's limit of 100 kB too.
 */
export function keepRawBody(req: Request, _res: unknown, bytes: Uint8Array): void {
  req.rawBody = bytes;
}
