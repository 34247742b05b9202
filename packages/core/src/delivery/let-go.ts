import type { Clock } from "../clock.ts";
import { joined } from "../store/joined.ts";
import type { Change, Store } from "../store/store.ts";
import type { Backlog, Pending } from "./delivery.ts";

interface LetGoParts {
  readonly store: Store;
  readonly backlog: Backlog;
  readonly clock: Pick<Clock, "now">;
}

/** The change by which a delivery that was first in its lines leaves them, and the next ones come due. */
export async function goingOn(
  { backlog, clock }: Omit<LetGoParts, "store">,
  pending: Pending,
): Promise<Change> {
  const { change, ready } = await backlog.lines.leaving(pending);
  if (ready.length === 0) return change;
  const dueAt = clock.now();
  const next = await backlog.retries.adding(...ready.map((entry) => ({ ...entry, dueAt })));
  return joined(change, next);
}

/** Lets go of a delivery that nobody has to make: those that waited for it come due. */
export async function letGo(parts: LetGoParts, pending: Pending): Promise<void> {
  if (!pending.keys) return;
  let landed = false;
  while (!landed) landed = await parts.store.commit(await goingOn(parts, pending));
}
