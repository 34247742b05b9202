import { createHash } from "node:crypto";
import { constantTimeEqual } from "../../crypto/hmac.ts";
import { keyedHash } from "../../crypto/keyed-hash.ts";
import type { RootSecret } from "../../crypto/root-secret.ts";
import { key } from "../../store/key.ts";

/** What an entry is about: ids, and names of fields; never a secret, a person's name or content. */
export interface AuditSubject {
  readonly connectionId?: string;
  readonly wabaId?: string;
  readonly tenantId?: string;
  readonly keyId?: string;
  readonly organizationId?: string;
  readonly endpointId?: string;
  readonly sessionId?: string;
  readonly linkId?: string;
  readonly publicKeyId?: string;
  readonly metaAppId?: string;
  readonly contactId?: string;
  /** Which fields were changed. */
  readonly fields?: readonly string[];
  /** Which secrets were shown. */
  readonly secretTypes?: readonly string[];
}

/** An entry before it has its hash. */
export interface UnhashedEntry {
  /** 1 for an organization's first entry, and one more for each. */
  readonly sequence: number;
  /** Epoch milliseconds; never earlier than the entry before. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly requestId: string | null;
  readonly subject: AuditSubject;
  /** The hash of the entry before; empty for the first. */
  readonly prevHash: string;
}

/** An entry as it is stored. Its hash covers every other field, and so all entries before it. */
export interface AuditRecord extends UnhashedEntry {
  readonly hash: string;
}

/** Where a log ends. The MAC shows that it was written by somebody who has the root secret. */
export interface AuditHead {
  readonly sequence: number;
  readonly at: number;
  readonly hash: string;
  readonly mac: string;
}

export const EMPTY_LOG: Omit<AuditHead, "mac"> = { sequence: 0, at: 0, hash: "" };

export function auditHeadKey(organizationId: string): string {
  return key("audit", organizationId);
}

export function auditEntryKey(organizationId: string, sequence: number): string {
  return key("audit", organizationId, sequence);
}

/** SHA-256 in hex over a spelling of the entry that a store cannot change; of a damaged one as well. */
export function hashOfEntry(organizationId: string, entry: UnhashedEntry): string {
  const { sequence, at, actor, action, requestId, subject, prevHash } = entry;
  const about = Object.entries(subject ?? {})
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const spelling = [organizationId, sequence, at, actor, action, requestId, about, prevHash];
  return createHash("sha256").update(JSON.stringify(spelling)).digest("hex");
}

type Secret = Pick<RootSecret, "derive">;

export function sealHead(
  secret: Secret,
  organizationId: string,
  head: Omit<AuditHead, "mac">,
): AuditHead {
  return { ...head, mac: macOf(secret, organizationId, head) };
}

export function isSealed(secret: Secret, organizationId: string, head: AuditHead): boolean {
  return constantTimeEqual(String(head.mac), macOf(secret, organizationId, head));
}

function macOf(secret: Secret, organizationId: string, head: Omit<AuditHead, "mac">): string {
  const { sequence, at, hash } = head;
  return keyedHash(secret.derive("audit"), JSON.stringify([organizationId, sequence, at, hash]));
}
