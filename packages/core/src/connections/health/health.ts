import { z } from "zod";
import type { App } from "../../app.ts";
import type { HealthFacts } from "../../events.ts";
import { key } from "../../store/key.ts";
import { wholeSeconds } from "../instant.ts";
import { type Owner, requireOwned } from "../owned.ts";
import { type Capabilities, type CapabilityFacts, capabilitiesOf } from "./capabilities.ts";

/** What Meta said when it was last asked how a number is; what it left out is `null`. */
export interface HealthSnapshot extends HealthFacts, CapabilityFacts {
  readonly accountMode: string | null;
  readonly newNameStatus: string | null;
  /** Meta's sentences about whatever is not as it should be. */
  readonly additionalInfo: string | null;
}

/** The record of a number's health, beside its account: it changes on its own. */
export interface HealthRecord {
  /** What Meta has told last; `null` when it has told nothing yet. */
  readonly snapshot: HealthSnapshot | null;
  /** Why Meta told nothing when it was last asked. */
  readonly errorMessage: string | null;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
}

const Word = z.string().nullable();
const Verdict = z.boolean().nullable();

/** The health of a connection as the API shows it; `health` is `null` until it was asked for. */
export const Health = z.strictObject({
  connectionId: z.string(),
  health: z
    .strictObject({
      healthStatus: Word,
      qualityRating: Word,
      accountMode: Word,
      messagingTier: Word,
      nameStatus: Word,
      newNameStatus: Word,
      additionalInfo: Word,
      errorMessage: Word,
      checkedAt: z.iso.datetime(),
      isRegistered: Verdict,
      capabilities: z.strictObject({
        canReceiveMessages: Verdict,
        canSendMessages: Verdict,
        canSendTemplates: Verdict,
      }),
    })
    .nullable(),
});
export type Health = z.infer<typeof Health>;

/** Where the health of a connection is kept. */
export function healthKey(connectionId: string): string {
  return key("health", connectionId);
}

/** What is known of a connection's health; asks nobody. @throws {Failure} `not_found`, `store_unavailable` */
export async function readHealth(
  { store }: Pick<App, "store">,
  owner: Owner,
  connectionId: string,
): Promise<Health> {
  const [stored] = await Promise.all([
    store.get<HealthRecord>(healthKey(connectionId)),
    requireOwned(store, owner, connectionId),
  ]);
  return { connectionId, health: stored ? presentHealth(stored.value) : null };
}

function presentHealth({ snapshot, errorMessage, checkedAt }: HealthRecord): Health["health"] {
  return {
    healthStatus: snapshot?.healthStatus ?? null,
    qualityRating: snapshot?.qualityRating ?? null,
    accountMode: snapshot?.accountMode ?? null,
    messagingTier: snapshot?.messagingTier ?? null,
    nameStatus: snapshot?.nameStatus ?? null,
    newNameStatus: snapshot?.newNameStatus ?? null,
    additionalInfo: snapshot?.additionalInfo ?? null,
    errorMessage,
    checkedAt: wholeSeconds(checkedAt),
    isRegistered: isRegistered(snapshot?.platformType ?? null),
    capabilities: snapshot ? capabilitiesOf(snapshot) : UNKNOWN,
  };
}

const UNKNOWN: Capabilities = {
  canReceiveMessages: null,
  canSendMessages: null,
  canSendTemplates: null,
};

function isRegistered(platformType: string | null): boolean | null {
  return platformType === null ? null : platformType === "CLOUD_API";
}
