import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { listPage } from "../../http/list-page.ts";
import { type Page, PageQuery } from "../../http/page.ts";
import type { Caller } from "../../http/route.ts";
import type { Store, Stored } from "../../store/store.ts";
import { eventKey } from "../emit.ts";
import {
  type DeadLetter,
  deadLetterIndex,
  deadLetterKey,
  presentDeadLetter,
  type ShownDeadLetter,
} from "./dead-letter.ts";
import { removing } from "./remove-dead-letter.ts";

/** Whose dead letters: an organization's, or only those about some of its tenants. */
export type Owner = Pick<Caller, "organizationId" | "tenantIds">;

/** Which of them. */
export const WhichDeadLetters = z.strictObject({
  /** Of events of this type alone. */
  event: z.string().max(128).optional(),
});

/** Which of them, page by page. */
export const DeadLetterQuery = z.strictObject({ ...PageQuery.shape, ...WhichDeadLetters.shape });
export type DeadLetterQuery = z.output<typeof DeadLetterQuery>;

type ListParts = Pick<App, "store" | "cursors">;

/** Lists dead letters, the last given up first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listDeadLetters(
  { store, cursors }: ListParts,
  owner: Owner,
  { event, ...query }: DeadLetterQuery,
): Promise<Page<ShownDeadLetter>> {
  const { organizationId } = owner;
  const index = deadLetterIndex(store, organizationId);
  const scope = ["dead-letters", organizationId];
  return listPage(cursors, { index, scope, query }, async (entries) => {
    const letters = await readLetters(
      store,
      owner,
      entries.map(({ id }) => id),
    );
    const wanted = letters.filter(({ type }) => event === undefined || type === event);
    return wanted.map(presentDeadLetter);
  });
}

/** @returns `undefined` for an unknown and for somebody else's id alike. @throws {Failure} `store_unavailable` */
export async function findDeadLetter(
  { store }: Pick<App, "store">,
  owner: Owner,
  id: string,
): Promise<ShownDeadLetter | undefined> {
  const [letter] = await readLetters(store, owner, [id]);
  return letter && presentDeadLetter(letter);
}

/**
 * Has listeners hear the event of a dead letter anew, with all their attempts.
 *
 * @throws {Failure} `not_found` for an unknown and for somebody else's id alike; `store_unavailable`
 */
export async function replayDeadLetter(
  { store, emit }: Pick<App, "store" | "emit">,
  owner: Owner,
  id: string,
): Promise<ShownDeadLetter> {
  for (;;) {
    const letter = await requireLetter(store, owner, id);
    const { type: event, organizationId } = letter.value;
    const again = [{ event, id, organizationId }];
    const change = { ...(await removing(store, letter)), again };
    if (await emit(change, [])) return presentDeadLetter(letter.value);
  }
}

/**
 * Lets go of a dead letter; its event stays for as long as events do.
 *
 * @throws {Failure} `not_found` for an unknown and for somebody else's id alike; `store_unavailable`
 */
export async function discardDeadLetter(
  { store }: Pick<App, "store">,
  owner: Owner,
  id: string,
): Promise<void> {
  for (;;) {
    const letter = await requireLetter(store, owner, id);
    if (await store.commit(await removing(store, letter))) return;
  }
}

async function requireLetter(store: Store, owner: Owner, id: string): Promise<Stored<DeadLetter>> {
  const [known] = await readLetters(store, owner, [id]);
  const letter = known && (await store.get<DeadLetter>(deadLetterKey(owner.organizationId, id)));
  if (!letter) throw new Failure("not_found");
  return letter;
}

/** A dead letter whose event has gone is none any more, also before it is cleared away. */
async function readLetters(
  store: Store,
  owner: Owner,
  ids: readonly string[],
): Promise<readonly DeadLetter[]> {
  const { organizationId } = owner;
  const [letters, events] = await Promise.all([
    store.getMany<DeadLetter>(ids.map((id) => deadLetterKey(organizationId, id))),
    store.getMany(ids.map((id) => eventKey(organizationId, id))),
  ]);
  const kept = letters.flatMap((letter, index) => (letter && events[index] ? [letter.value] : []));
  return kept.filter((letter) => isOwn(owner, letter));
}

function isOwn({ tenantIds }: Owner, { tenantId }: DeadLetter): boolean {
  return !tenantIds || (tenantId !== null && tenantIds.includes(tenantId));
}
