import { z } from "zod";
import type { App } from "../app.ts";
import { newId } from "../crypto/ids.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { attempt } from "./attempt.ts";
import { composerFor } from "./endpoint-target.ts";
import { type Owner, requireEndpoint } from "./own-endpoint.ts";
import { ShownAttempt } from "./shown-delivery.ts";

/** What a test event is called on the wire. No subscription asks for it, and nothing keeps it. */
const TEST_EVENT = "endpoint.test";

/** How the test of an endpoint went. */
export const TestedEndpoint = z.strictObject({
  eventId: z.string(),
  /** Whether it answered 2xx. */
  delivered: z.boolean(),
  attempt: ShownAttempt,
});
export type TestedEndpoint = z.output<typeof TestedEndpoint>;

type TestParts = Pick<App, "store" | "vault" | "egress" | "clock"> & {
  readonly randomBytes: RandomBytes;
};

/**
 * Sends an endpoint an event of no consequence, signed and guarded as any other, and waits for its
 * answer; also to one that is disabled. What it answers changes nothing about it.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function testEndpoint(
  { store, vault, egress, clock, randomBytes }: TestParts,
  owner: Owner,
  id: string,
): Promise<TestedEndpoint> {
  const endpoint = (await requireEndpoint(store, owner, id)).value;
  const eventId = newId("evt_", randomBytes);
  const compose = composerFor(
    vault,
    endpoint,
  )({
    event: TEST_EVENT,
    id: eventId,
    createdAt: new Date(clock.now()).toISOString(),
    organizationId: owner.organizationId,
    data: { endpointId: id },
  });
  const once = { egress, clock, random: () => 0, scheduleMs: [0] };
  const target = { url: endpoint.url, canEnd: false };
  const verdict = await attempt(once, target, { compose, number: 1 });
  const { node = null, ...made } = verdict.attempt;
  return { eventId, delivered: verdict.status === "delivered", attempt: { ...made, node } };
}
