import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import { type Connection, presentConnection } from "../connection.ts";
import { type Acting, requireOwned } from "../owned.ts";
import { META_DISABLED } from "../signals/signal.ts";
import { momentOf } from "../timers/heartbeat-fields.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";

/**
 * Stops serving a number: nothing of it reaches its tenant any more, and with the last number that is
 * served the account's override goes. `resume` takes it up again; what is as it is wanted stays so.
 *
 * @throws {Failure} `not_found`, `connection_not_active` for one that Meta has ended or that is not
 *   verified yet, `suspended_by_meta`, and what `changeWaba` throws
 */
export async function suspendOrResume(
  parts: ChangeParts & Pick<App, "heartbeat">,
  acting: Acting,
  { kind, connectionId }: { readonly kind: "suspend" | "resume"; readonly connectionId: string },
): Promise<Connection> {
  const { actor, requestId } = acting;
  const owned = await requireOwned(parts.store, acting, connectionId);
  if (isAlready(kind, requireServable(owned.number))) return present(owned.waba.value);
  const { after } = await changeWaba(parts, owned.waba.value, async (waba) => {
    requireServable(find(waba));
    return { change: { kind, connectionId }, author: { actor, requestId } };
  });
  return present(after);

  function find(waba: Waba | undefined): ConnectedNumber {
    const number = waba?.numbers.find((candidate) => candidate.connectionId === connectionId);
    if (!number) throw new Failure("not_found");
    return number;
  }

  function present(waba: Waba): Connection {
    return presentConnection(waba, find(waba), momentOf(parts));
  }
}

function isAlready(kind: "suspend" | "resume", { status }: ConnectedNumber): boolean {
  return status === (kind === "suspend" ? "suspended" : "active");
}

function requireServable(number: ConnectedNumber): ConnectedNumber {
  const { status, statusReason, billingSuspendedAt } = number;
  if (status === "disconnected" || status === "pending") throw new Failure("connection_not_active");
  const isMetas = billingSuspendedAt === null || statusReason === META_DISABLED;
  if (status === "suspended" && isMetas) throw new Failure("suspended_by_meta");
  return number;
}
