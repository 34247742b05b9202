import { createHash } from "node:crypto";

/** Which message of a conversation an id is for. */
export interface WamidInput {
  /** Distinguishes the messages; the same number gives the same id again. */
  readonly ordinal: number;
  readonly inbound: boolean;
}

/** A message id of the length and make-up of Meta's, base64 with padding included. */
export function wamid(customer: string, { ordinal, inbound }: WamidInput): string {
  const digest = createHash("sha1").update(`${ordinal}`).digest("hex");
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, customer.length]),
    Buffer.from(customer),
    Buffer.from([0x15, 0x02, 0x00, inbound ? 0x12 : 0x11, 0x18, 0x14]),
    Buffer.from(digest.slice(0, 20).toUpperCase()),
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString("base64")}`;
}
