import type { App } from "../../app.ts";
import type { Store } from "../../store/store.ts";
import {
  type AuditHead,
  type AuditRecord,
  auditEntryKey,
  auditHeadKey,
  EMPTY_LOG,
  hashOfEntry,
  isSealed,
} from "./audit-chain.ts";

const ENTRIES_AT_ONCE = 256;

/** What an audit log was found to be. */
export type AuditVerdict =
  | { readonly isIntact: true; readonly entries: number }
  | {
      readonly isIntact: false;
      /** How many fit. */
      readonly entries: number;
      /** The sequence of the first entry that does not. */
      readonly brokenAt: number;
      /**
       * `missing`: it is not there. `altered`: its fields do not have its hash, or it does not follow
       * the one before. `forged`: the end of the log was not written by who has the root secret, so
       * that everything may have been. `unlisted`: it stands behind the end.
       */
      readonly reason: "missing" | "altered" | "forged" | "unlisted";
    };

type VerifyParts = Pick<App, "store" | "rootSecret">;

/**
 * Reads an organization's whole audit log and holds each entry against its hash and the entry before.
 * What it cannot tell is a log that was put back, end and all, to what it was once.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function verifyAuditLog(
  parts: VerifyParts,
  organizationId: string,
): Promise<AuditVerdict> {
  for (;;) {
    const stored = await parts.store.get<AuditHead>(auditHeadKey(organizationId));
    const head = stored?.value ?? EMPTY_LOG;
    const verdict = await verifyEntries(parts, organizationId, head);
    if (!verdict.isIntact) return verdict;
    const { sequence } = head;
    if (stored && !isSealed(parts.rootSecret, organizationId, stored.value)) {
      return { isIntact: false, entries: 0, brokenAt: sequence, reason: "forged" };
    }
    const next = await parts.store.get(auditEntryKey(organizationId, sequence + 1));
    if (!next) return verdict;
    const now = await parts.store.get(auditHeadKey(organizationId));
    if (now?.version !== stored?.version) continue;
    return { isIntact: false, entries: sequence, brokenAt: sequence + 1, reason: "unlisted" };
  }
}

async function verifyEntries(
  { store }: VerifyParts,
  organizationId: string,
  head: Omit<AuditHead, "mac">,
): Promise<AuditVerdict> {
  let prevHash = "";
  let sequence = 0;
  for await (const entry of entriesOf(store, organizationId, head.sequence)) {
    sequence += 1;
    if (!entry) return broken(sequence, "missing");
    if (!follows(organizationId, entry, prevHash)) return broken(sequence, "altered");
    prevHash = entry.hash;
  }
  if (prevHash !== head.hash) return broken(Math.max(head.sequence, 1), "altered");
  return { isIntact: true, entries: head.sequence };
}

/** Oldest first. */
async function* entriesOf(store: Store, organizationId: string, count: number) {
  for (let done = 0; done < count; done += ENTRIES_AT_ONCE) {
    const length = Math.min(ENTRIES_AT_ONCE, count - done);
    const keys = Array.from({ length }, (_, index) =>
      auditEntryKey(organizationId, done + index + 1),
    );
    const stored = await store.getMany<AuditRecord>(keys);
    yield* stored.map((entry) => entry?.value);
  }
}

function follows(organizationId: string, entry: AuditRecord, prevHash: string): boolean {
  return entry.prevHash === prevHash && entry.hash === hashOfEntry(organizationId, entry);
}

function broken(brokenAt: number, reason: "missing" | "altered"): AuditVerdict {
  return { isIntact: false, entries: brokenAt - 1, brokenAt, reason };
}
