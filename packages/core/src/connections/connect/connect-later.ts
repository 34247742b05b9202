import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import type { ConnectChange } from "../change/intent.ts";
import { findMetaApp } from "../change/tell-meta.ts";
import { presentConnection } from "../connection.ts";
import type { Acting } from "../owned.ts";
import { momentOf } from "../timers/heartbeat-fields.ts";
import { setTimers, TIMERS_JOB } from "../timers/timers.ts";
import { pendingRequestPlace, tokenPlace, type Waba, type WabaRef } from "../waba.ts";
import { Connect, type Connected } from "./connect.ts";
import { describeNumber } from "./describe-number.ts";
import { findHeld } from "./holding.ts";

/** What was asked for a number, and by whom. */
export const PendingRequest = z.object({
  actor: z.string(),
  requestId: z.string().nullable(),
  input: Connect,
});
export type PendingRequest = z.output<typeof PendingRequest>;

/** What is known of a number before Meta was asked: nothing. */
const UNASKED = {
  displayPhoneNumber: null,
  verifiedName: null,
  connectionMode: "unknown",
  platformType: null,
  tokenExpiresAt: null,
} as const;

/**
 * Records a number as `pending`, without asking Meta; a timer asks, and `verify-pending.ts` makes of it
 * what Meta says. An account that is known keeps its token until then.
 *
 * @throws {Failure} `waba_in_use`, `number_in_use`, `connection_busy`, `store_unavailable`
 */
export async function connectLater(
  parts: ChangeParts & Pick<App, "heartbeat" | "queue">,
  acting: Acting,
  input: Connect,
): Promise<Connected> {
  const { organizationId, actor, requestId } = acting;
  const { appId } = await findMetaApp(parts.metaApps, { organizationId, appId: input.appId });
  const ref = { organizationId, appId, wabaId: input.wabaId ?? "" };
  let isNew = false;
  const { after } = await changeWaba(parts, ref, async (waba) => {
    if (waba && waba.organizationId !== organizationId) throw new Failure("waba_in_use");
    const before = await findHeld(parts.store, waba, { ...input, ...ref });
    isNew = !before;
    const grant = { ...UNASKED, wabaId: ref.wabaId, ...before };
    const described = describeNumber({ input, grant, before }, parts.clock.now());
    const request: PendingRequest = { actor, requestId, input: { ...input, verify: "now" } };
    const place = pendingRequestPlace(ref, described.connectionId);
    const number = {
      ...described,
      status: before ? before.status : ("pending" as const),
      pendingRequest: parts.vault.seal(JSON.stringify(request), place),
    };
    const timer = { kind: "verify", id: number.connectionId, dueAt: parts.clock.now() } as const;
    await setTimers(parts.store, [timer]);
    const change: ConnectChange = {
      kind: "connect",
      ...tokenOf(parts, ref, { waba, input }),
      number,
      settings: null,
    };
    return { change, author: { actor, requestId } };
  });
  await parts.queue.add([TIMERS_JOB]);
  const number = after.numbers.find(({ phoneNumberId }) => phoneNumberId === input.phoneNumberId);
  if (!number) throw new Failure("not_found");
  return { created: isNew, connection: presentConnection(after, number, momentOf(parts)) };
}

function tokenOf(
  { vault }: ChangeParts,
  ref: WabaRef,
  { waba, input }: { readonly waba: Waba | undefined; readonly input: Connect },
) {
  if (waba) return { accessToken: waba.accessToken, tokenExpiresAt: waba.tokenExpiresAt };
  return { accessToken: vault.seal(input.accessToken, tokenPlace(ref)), tokenExpiresAt: null };
}
