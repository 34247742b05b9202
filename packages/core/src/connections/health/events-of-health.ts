import type { EventDraft, HealthFacts } from "../../events.ts";
import { subjectOf } from "../change-number.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";

/** What is told of a number whose health has turned: only what is in the event makes one. */
export function eventsOfHealth(
  { waba, number }: { readonly waba: Waba; readonly number: ConnectedNumber },
  before: HealthFacts | null,
  after: HealthFacts | null,
): readonly EventDraft[] {
  const [from, to] = [factsOf(before), factsOf(after)];
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const { organizationId } = waba;
  const data = { ...subjectOf(waba, number), from, to };
  return [{ type: "connection.health_changed", organizationId, data }];
}

function factsOf(facts: HealthFacts | null): HealthFacts | null {
  if (!facts) return null;
  const { healthStatus, qualityRating, messagingTier, nameStatus } = facts;
  return { healthStatus, qualityRating, messagingTier, nameStatus };
}
