import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { getRawBody } from "raw-body";

const LIMIT_BYTES = 4 * 1024 * 1024;

/** What every receiver has to do, and nothing else: whether Meta signed it, and it is JSON. */
export function verifyAndParse(bytes: Buffer, header: unknown, secret: string): boolean {
  const claimed = Buffer.from(String(header).slice("sha256=".length), "hex");
  const digest = createHmac("sha256", secret).update(bytes).digest();
  if (claimed.length !== digest.length || !timingSafeEqual(digest, claimed)) return false;
  return typeof JSON.parse(bytes.toString()) === "object";
}

/** The same for a request. @returns The status to answer. */
export async function acceptOnly(req: IncomingMessage, secret: string): Promise<number> {
  const length = req.headers["content-length"] ?? null;
  const bytes = await getRawBody(req, { length, limit: LIMIT_BYTES });
  return verifyAndParse(bytes, req.headers["x-hub-signature-256"], secret) ? 200 : 401;
}
