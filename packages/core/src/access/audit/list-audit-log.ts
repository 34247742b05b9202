import { z } from "zod";
import type { App } from "../../app.ts";
import { InstantInput } from "../../http/instant-input.ts";
import { type Page, PageQuery } from "../../http/page.ts";
import { type AuditHead, type AuditRecord, auditEntryKey, auditHeadKey } from "./audit-chain.ts";

/** One call looks at this many entries at most; the cursor goes on from there. */
const MAX_SCANNED = 1_000;
const SCAN_SIZE = 128;

/** Which entries of the audit log to list. */
export const ListAuditLog = z.strictObject({
  ...PageQuery.shape,
  actor: z.string().min(1).max(256).optional(),
  action: z.string().min(1).max(128).optional(),
  /** Not older than this. */
  since: InstantInput.optional(),
});
export type ListAuditLog = z.output<typeof ListAuditLog>;

const Id = z.string().optional();

/** An entry of the audit log as the API shows it. */
export const AuditEntry = z.strictObject({
  /** Counts from 1, without a gap. */
  sequence: z.int(),
  at: z.iso.datetime(),
  /** An API key's id, `bootstrap`, `host` for a typed method, or what the host's own hook said. */
  actor: z.string(),
  action: z.string(),
  requestId: z.string().nullable(),
  /** Whatever of these it is about. */
  subject: z.strictObject({
    connectionId: Id,
    wabaId: Id,
    tenantId: Id,
    keyId: Id,
    organizationId: Id,
    endpointId: Id,
    sessionId: Id,
    linkId: Id,
    publicKeyId: Id,
    metaAppId: Id,
    contactId: Id,
    fields: z.array(z.string()).optional(),
    secretTypes: z.array(z.string()).optional(),
  }),
  /** The hash of the entry before; empty for the first. */
  prevHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.output<typeof AuditEntry>;

/** Lists an audit log, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listAuditLog(
  { store, cursors }: Pick<App, "store" | "cursors">,
  organizationId: string,
  { limit, cursor, ...filter }: ListAuditLog,
): Promise<Page<AuditEntry>> {
  const scope = JSON.stringify(["audit-log", organizationId, filter]);
  const head = (await store.get<AuditHead>(auditHeadKey(organizationId)))?.value;
  const since = filter.since === undefined ? 0 : Date.parse(filter.since);
  const found: AuditRecord[] = [];
  let before = cursor === undefined ? (head?.sequence ?? 0) + 1 : cursors.read(scope, cursor);
  const end = before - MAX_SCANNED;

  while (found.length <= limit && before > Math.max(end, 1)) {
    const entries = await readDown(before);
    found.push(...entries.filter((entry) => isWanted(entry, filter) && entry.at >= since));
    before = Math.max(before - SCAN_SIZE, 1);
    if (entries.some(({ at }) => at < since)) before = 1;
  }
  const shown = found.slice(0, limit);
  const next = found.length > limit ? (shown.at(-1)?.sequence ?? 1) : before;
  return {
    data: shown.map(present),
    nextCursor: next > 1 ? cursors.write(scope, next) : null,
  };

  async function readDown(from: number): Promise<readonly AuditRecord[]> {
    const length = Math.min(SCAN_SIZE, from - 1);
    const keys = Array.from({ length }, (_, index) =>
      auditEntryKey(organizationId, from - 1 - index),
    );
    const stored = await store.getMany<AuditRecord>(keys);
    return stored.flatMap((entry) => (entry ? [entry.value] : []));
  }
}

function isWanted(
  entry: AuditRecord,
  { actor, action }: Pick<ListAuditLog, "actor" | "action">,
): boolean {
  return (actor ?? entry.actor) === entry.actor && (action ?? entry.action) === entry.action;
}

function present(entry: AuditRecord): AuditEntry {
  const { fields, secretTypes, ...ids } = entry.subject;
  const lists = {
    ...(fields && { fields: [...fields] }),
    ...(secretTypes && { secretTypes: [...secretTypes] }),
  };
  return { ...entry, at: new Date(entry.at).toISOString(), subject: { ...ids, ...lists } };
}
