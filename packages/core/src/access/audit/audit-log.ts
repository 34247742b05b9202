import type { App } from "../../app.ts";
import type { Change } from "../../store/store.ts";
import {
  type AuditHead,
  type AuditRecord,
  type AuditSubject,
  auditEntryKey,
  auditHeadKey,
  EMPTY_LOG,
  hashOfEntry,
  sealHead,
} from "./audit-chain.ts";

/** Something that is done, to be told by the audit log of an organization. */
export interface Audited {
  readonly organizationId: string;
  /** The id of an API key, `bootstrap`, `host` for typed methods, or what the host's own hook says. */
  readonly actor: string;
  /** `null` for what no request asked for. */
  readonly requestId: string | null;
  /** `<noun>.<what was done>`, e.g. `api_key.revoked`. */
  readonly action: string;
  readonly subject: AuditSubject;
}

/** Who does something, as the audit log tells it. */
export type Author = Pick<Audited, "actor" | "requestId">;

/** Who does what a typed method does. */
export const HOST: Author = { actor: "host", requestId: null };

/**
 * The change that adds an entry to an audit log, to join the change that it tells, so that one is
 * never there without the other. It loses against any other entry of the organization: call it again
 * where you read again. At most one for each organization in a commit.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function auditing(
  { store, clock, rootSecret }: Pick<App, "store" | "clock" | "rootSecret">,
  { organizationId, actor, requestId, action, subject }: Audited,
): Promise<Change> {
  const headKey = auditHeadKey(organizationId);
  const stored = await store.get<AuditHead>(headKey);
  const before = stored?.value ?? EMPTY_LOG;
  const sequence = before.sequence + 1;
  const at = Math.max(clock.now(), before.at);
  const told = { sequence, at, actor, action, requestId, subject, prevHash: before.hash };
  const entry: AuditRecord = { ...told, hash: hashOfEntry(organizationId, told) };
  const head = sealHead(rootSecret, organizationId, { sequence, at, hash: entry.hash });
  return {
    guards: [{ key: headKey, version: stored?.version }],
    writes: [
      { key: headKey, value: head },
      { key: auditEntryKey(organizationId, sequence), value: entry },
    ],
  };
}
