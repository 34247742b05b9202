import { organizationIndex } from "./access/organizations/organization.ts";
import { metaAppKey, ownMetaAppIndex, resealMetaApp } from "./access/stored-meta-app.ts";
import type { App } from "./app.ts";
import { resealWaba } from "./connections/change/reseal-waba.ts";
import { wabaIndex } from "./connections/waba.ts";
import { type Reseal, type Resealed, resealRecord } from "./crypto/reseal.ts";
import { ROOT_SECRET_KEY, resealRootSecret } from "./crypto/root-secret.ts";
import { endpointIndex, endpointKey } from "./delivery/endpoint.ts";
import { resealEndpoint } from "./delivery/endpoint-secret.ts";
import { Failure } from "./failure.ts";
import { resealSession } from "./onboarding/sessions/reseal-session.ts";
import { sessionIndex, sessionKey } from "./onboarding/sessions/session.ts";
import type { Index } from "./store/index-pages.ts";

const RECORDS_AT_ONCE = 128;
/** An error names this many records and counts the others. */
const NAMED_RECORDS = 20;

type RotateParts = Pick<App, "store" | "vault">;

/** Records with secrets in them, by what a rotation had to do with them. */
export interface RotatedSecrets {
  /** How many this call sealed with the newest key. */
  readonly resealed: number;
  /** How many were sealed with it already. */
  readonly current: number;
}

/**
 * Seals every stored secret with the newest key of the ring. The root secret goes last: until
 * everything else is done, a start without the older key is refused.
 *
 * @throws {Failure} `secret_unreadable` when all others are done, naming the records that the ring
 *   does not open; `store_unavailable`, after which another call does the rest.
 */
export async function rotateSecrets(parts: RotateParts): Promise<RotatedSecrets> {
  const counts = { resealed: 0, current: 0, gone: 0 };
  const unreadable: string[] = [];
  for await (const outcome of resealEverything(parts)) {
    if (typeof outcome === "string") counts[outcome] += 1;
    else unreadable.push(outcome.unreadable);
  }
  if (unreadable.length > 0) throw unreadableFailure(unreadable);
  return { resealed: counts.resealed, current: counts.current };
}

async function* resealEverything(parts: RotateParts): AsyncGenerator<Resealed> {
  for await (const organizations of pagesOf(organizationIndex(parts.store))) {
    for (const organizationId of organizations) yield* resealOrganization(parts, organizationId);
  }
  yield* await resealAll(parts, [ROOT_SECRET_KEY], resealRootSecret);
}

async function* resealOrganization(parts: RotateParts, organizationId: string) {
  for await (const keys of pagesOf(wabaIndex(parts.store, organizationId))) {
    yield* await resealAll(parts, keys, resealWaba);
  }
  for await (const ids of pagesOf(endpointIndex(parts.store, organizationId))) {
    const keys = ids.map((id) => endpointKey(organizationId, id));
    yield* await resealAll(parts, keys, resealEndpoint);
  }
  for await (const ids of pagesOf(sessionIndex(parts.store, organizationId))) {
    yield* await resealAll(parts, ids.map(sessionKey), resealSession);
  }
  for await (const ids of pagesOf(ownMetaAppIndex(parts.store, organizationId))) {
    yield* await resealAll(parts, ids.map(metaAppKey), resealMetaApp);
  }
}

/** Newest first. What is added meanwhile is not among them, and is sealed with the newest key. */
async function* pagesOf(index: Index): AsyncGenerator<readonly string[]> {
  let entries = await index.list(RECORDS_AT_ONCE);
  while (entries.length > 0) {
    yield entries.map(({ id }) => id);
    entries = await index.list(RECORDS_AT_ONCE, entries.at(-1)?.place);
  }
}

function resealAll<Value>(parts: RotateParts, keys: readonly string[], reseal: Reseal<Value>) {
  return Promise.all(keys.map((key) => resealRecord(parts, key, reseal)));
}

function unreadableFailure(records: readonly string[]): Failure {
  const named = records.slice(0, NAMED_RECORDS).join("; ");
  const others = records.length - NAMED_RECORDS;
  return new Failure(
    "secret_unreadable",
    `secretKeys does not open ${records.length} of the stored records; all others are sealed with the newest key. ${named}${others > 0 ? `; and ${others} more.` : ""}`,
  );
}
