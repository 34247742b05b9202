import type { App } from "../../app.ts";
import { key } from "../../store/key.ts";
import type { Change } from "../../store/store.ts";
import { subjectOf } from "../change-number.ts";
import { sideBySide } from "../health/side-by-side.ts";
import { wholeSeconds } from "../instant.ts";
import { tellTokenDead } from "../token/dead-token.ts";
import { type ConnectedNumber, readWaba, type Waba, wabaKey } from "../waba.ts";
import type { Timer, TimerHandler } from "./timers.ts";

/** How long before a token ends it is told. */
const NOTICE_MS = 7 * 24 * 60 * 60 * 1000;

/** How many accounts are worked on at a time. */
const ACCOUNTS_AT_ONCE = 16;

/** Of which token the end was told, and to whom; another end is another token. */
interface TokenNotice {
  readonly tokenExpiresAt: number;
  readonly connectionIds: readonly string[];
}

/**
 * When to tell that an account's token ends, and that it has, for each new token. A timer whose token
 * was replaced finds nothing to do.
 *
 * @param now Milliseconds since the epoch.
 * @returns No timer for a token that does not end.
 */
export function tokenTimer(
  { appId, wabaId, tokenExpiresAt }: Pick<Waba, "appId" | "wabaId" | "tokenExpiresAt">,
  now: number,
): readonly Timer[] {
  if (tokenExpiresAt === null) return [];
  const dueAt = Math.max(tokenExpiresAt - NOTICE_MS, now);
  const id = `${appId}.${wabaId}`;
  return [
    { kind: "token", id, dueAt },
    { kind: "token", id, dueAt: Math.max(tokenExpiresAt, now) },
  ];
}

/** Tells each number of an account once that the token ends, and once that it has. */
export function tokenTimers(parts: Pick<App, "store" | "clock" | "emit">): TimerHandler {
  return async (fired) => {
    const ids = new Set(fired.map(({ id }) => id));
    return {
      // The clock may have been set back since they were found to be due.
      next: fired.filter(({ dueAt }) => dueAt > parts.clock.now()),
      apply: () => sideBySide([...ids], ACCOUNTS_AT_ONCE, (id) => tell(parts, id)),
    };
  };
}

async function tell(
  { store, clock, emit }: Pick<App, "store" | "clock" | "emit">,
  id: string,
): Promise<void> {
  const [appId = "", wabaId = ""] = id.split(".");
  for (;;) {
    const waba = await readWaba(store, appId, wabaId);
    if (waba && hasEnded(waba.value, clock.now())) {
      return tellTokenDead({ store, clock, emit }, waba.value, { isRevoked: false });
    }
    const tokenExpiresAt = endingSoon(waba?.value, clock.now());
    if (!waba || tokenExpiresAt === null) return;
    const at = key("token-notice", appId, wabaId);
    const stored = await store.get<TokenNotice>(at);
    const told = stored?.value.tokenExpiresAt === tokenExpiresAt ? stored.value.connectionIds : [];
    const untold = waba.value.numbers.filter((number) => isToTell(number, told));
    if (untold.length === 0) return;
    const connectionIds = [...told, ...untold.map(({ connectionId }) => connectionId)];
    const change: Change = {
      guards: [
        { key: wabaKey(appId, wabaId), version: waba.version },
        { key: at, version: stored?.version },
      ],
      writes: [{ key: at, value: { tokenExpiresAt, connectionIds } satisfies TokenNotice }],
    };
    const drafts = untold.map((number) => draftOf(waba.value, number, tokenExpiresAt));
    if (await emit(change, drafts)) return;
  }
}

function hasEnded({ tokenExpiresAt }: Waba, now: number): boolean {
  return tokenExpiresAt !== null && tokenExpiresAt <= now;
}

/** When the token ends, if that is to be told now. */
function endingSoon(waba: Waba | undefined, now: number): number | null {
  const endsAt = waba?.tokenExpiresAt ?? null;
  return endsAt !== null && endsAt - NOTICE_MS <= now && now < endsAt ? endsAt : null;
}

function isToTell({ status, connectionId }: ConnectedNumber, told: readonly string[]): boolean {
  return status !== "disconnected" && !told.includes(connectionId);
}

function draftOf(waba: Waba, number: ConnectedNumber, tokenExpiresAt: number) {
  return {
    type: "connection.token_expiring",
    organizationId: waba.organizationId,
    data: { ...subjectOf(waba, number), tokenExpiresAt: wholeSeconds(tokenExpiresAt) },
  } as const;
}
