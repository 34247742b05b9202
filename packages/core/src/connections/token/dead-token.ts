import type { App } from "../../app.ts";
import type { EventDraft } from "../../events.ts";
import type { Failure } from "../../failure.ts";
import { isLive } from "../change/apply-change.ts";
import { subjectOf } from "../change-number.ts";
import { instant } from "../instant.ts";
import { endNumber, eventsOfStatus } from "../signals/end-number.ts";
import { readWaba, type Waba, wabaKey } from "../waba.ts";

/** What telling of a dead token takes. */
export type TokenParts = Pick<App, "store" | "clock" | "emit">;

/** Of a token that was refused: whose it is, and which one. */
type Refused = Pick<Waba, "appId" | "wabaId" | "accessToken">;

/** Meta's subcode for a customer who has taken the permission back. */
const APP_NOT_INSTALLED = 458;

/**
 * Takes in that Meta has refused an account's token, if that is what `failure` says.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function noteDeadToken(
  parts: TokenParts,
  refused: Refused,
  { code, context }: Failure,
): Promise<void> {
  if (code !== "meta_token_expired") return;
  const isRevoked = context.meta?.subcode === APP_NOT_INSTALLED;
  await tellTokenDead(parts, refused, { isRevoked });
}

/**
 * Tells once of a token that it is dead, in one commit with the account that says so. Messages go on to
 * arrive without a token, so the numbers stay as they are, unless the customer has taken the permission
 * back. Nothing is told of a token that has been replaced.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function tellTokenDead(
  { store, clock, emit }: TokenParts,
  { appId, wabaId, accessToken }: Refused,
  { isRevoked }: { readonly isRevoked: boolean },
): Promise<void> {
  for (;;) {
    const stored = await readWaba(store, appId, wabaId);
    const isNews = stored?.value.accessToken === accessToken && !stored.value.tokenDiedAt;
    if (!stored || !isNews) return;
    const now = clock.now();
    const { waba, drafts } = dead(stored.value, { isRevoked, now });
    const key = wabaKey(appId, wabaId);
    const change = { guards: [{ key, version: stored.version }], writes: [{ key, value: waba }] };
    if (await emit(change, drafts)) return;
  }
}

/** Takes back that an account's token is dead: Meta has taken it again. @throws {Failure} `store_unavailable` */
export async function noteLivingToken(
  { store }: Pick<TokenParts, "store">,
  { appId, wabaId, accessToken }: Refused,
): Promise<void> {
  const stored = await readWaba(store, appId, wabaId);
  if (stored?.value.accessToken !== accessToken || !stored.value.tokenDiedAt) return;
  const key = wabaKey(appId, wabaId);
  const value: Waba = { ...stored.value, tokenDiedAt: null };
  // Whoever has changed the account meanwhile was nearer to the truth.
  await store.commit({
    guards: [{ key, version: stored.version }],
    writes: [{ key, value }],
  });
}

function dead(
  before: Waba,
  { isRevoked, now }: { readonly isRevoked: boolean; readonly now: number },
): { readonly waba: Waba; readonly drafts: readonly EventDraft[] } {
  const numbers = before.numbers.map((number) =>
    isRevoked && isLive(number) ? endNumber(number, "token_revoked", now) : number,
  );
  const ended = before.numbers.flatMap((number, index) =>
    eventsOfStatus(before, number, numbers[index] ?? number),
  );
  const waba = { ...before, numbers, tokenDiedAt: now };
  return { waba, drafts: [...tokenExpiredDrafts(before), ...ended] };
}

/** One for each number that the token was for. */
export function tokenExpiredDrafts(waba: Waba): readonly EventDraft[] {
  const { organizationId } = waba;
  const tokenExpiresAt = instant(waba.tokenExpiresAt);
  return waba.numbers.filter(isLive).map((number) => ({
    type: "connection.token_expired",
    organizationId,
    data: { ...subjectOf(waba, number), tokenExpiresAt },
  }));
}
