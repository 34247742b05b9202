import type { Change, Store, Stored } from "../../store/store.ts";
import { type DeadLetter, deadLetterIndex, deadLetterKey } from "./dead-letter.ts";

type Ref = Pick<DeadLetter, "organizationId" | "id">;

/** The change that takes a dead letter away; it loses when somebody else has. */
export async function removing(
  store: Store,
  { value, version }: Stored<DeadLetter>,
): Promise<Change> {
  const { organizationId, id, place } = value;
  const { guards, writes } = await deadLetterIndex(store, organizationId).removing(id, place);
  const at = deadLetterKey(organizationId, id);
  return {
    guards: [...guards, { key: at, version }],
    writes: [...writes, { key: at, value: undefined }],
  };
}

/** Sees to it that there is no such dead letter. @throws {Failure} `store_unavailable` */
export async function removeDeadLetter(store: Store, { organizationId, id }: Ref): Promise<void> {
  for (;;) {
    const stored = await store.get<DeadLetter>(deadLetterKey(organizationId, id));
    if (!stored || (await store.commit(await removing(store, stored)))) return;
  }
}
