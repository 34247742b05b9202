import { newWriter, type Store } from "@wabakit/core";
import { newId } from "../../packages/core/src/crypto/ids.ts";
import { openGraveyard } from "../../packages/core/src/delivery/dead-letters/graveyard.ts";
import { eventKey } from "../../packages/core/src/delivery/emit.ts";
import { openOutbox } from "../../packages/core/src/delivery/outbox.ts";
import { commitStaged } from "../../packages/core/src/store/log.ts";

/** Whom an event is about that listeners have given up. */
export interface Buried {
  readonly organizationId: string;
  readonly tenantId: string;
}

/** Makes a dead letter as a worker would, in the store of a hub that may have none. @returns Its id. */
export async function bury(
  store: Store,
  { organizationId, tenantId }: Buried,
  type = "message.received" as const,
): Promise<string> {
  const log = { store, writer: newWriter() };
  const queue = { add: async () => {}, atomicity: "process" } as never;
  const outbox = openOutbox({ ...log, queue });
  const clock = { now: () => Date.UTC(2026, 10, 21) };
  const id = newId("evt_");
  const createdAt = new Date(clock.now()).toISOString();
  const event = { id, type, organizationId, createdAt, data: { tenantId } };
  const entry = { event: type, id, organizationId };
  await outbox.join();
  const staged = outbox.stage([entry]);
  const writes = [{ key: eventKey(organizationId, id), value: event }];
  await commitStaged(store, { guards: [], writes }, [staged]);
  const graveyard = openGraveyard({ ...log, clock, outbox });
  const ended = { attempts: 9, error: new Error("out of order") };
  await graveyard.bury(`${staged.page}.0`, entry, ended);
  return id;
}
