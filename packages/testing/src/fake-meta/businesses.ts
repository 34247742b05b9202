import type { State, Token, Waba } from "./state.ts";

/** The portfolio that owns an account; `undefined` where a test has taken it away. */
export function ownerOf({ fields }: Waba): string | undefined {
  const { id } = Object(fields.owner_business_info);
  return id === undefined ? undefined : String(id);
}

/** Whether an id is a portfolio's: a partner's or a customer's. */
export function isBusiness({ apps, wabas }: State, id: string): boolean {
  const isPartner = [...apps.values()].some(({ businessId }) => businessId === id);
  return isPartner || [...wabas.values()].some((waba) => ownerOf(waba) === id);
}

/** A portfolio's name, as far as it is known. */
export function businessName({ apps, wabas }: State, id: string): string {
  const waba = [...wabas.values()].find((candidate) => ownerOf(candidate) === id);
  const app = [...apps.values()].find(({ businessId }) => businessId === id);
  return String(Object(waba?.fields.owner_business_info).name ?? app?.name ?? id);
}

/** The accounts a portfolio owns. */
export function ownedBy({ wabas }: State, businessId: string): readonly Waba[] {
  return [...wabas.values()].filter((waba) => ownerOf(waba) === businessId);
}

/** The accounts that came through the signup of an app, the most recent first. */
export function onboardedBy({ onboardings, wabas }: State, appId: string): readonly Waba[] {
  const ids = [...(onboardings.get(appId) ?? [])].reverse();
  return ids.flatMap((id) => wabas.get(id) ?? []);
}

/** Remembers that an account was shared with an app; sharing it again makes it the most recent. */
export function recordOnboarding(
  { onboardings }: State,
  { appId, wabaId }: { readonly appId: string; readonly wabaId: string },
): void {
  const shared = onboardings.get(appId) ?? new Set();
  shared.delete(wabaId);
  onboardings.set(appId, shared.add(wabaId));
}

/** The portfolios a token reaches: its system user's own, or those of the accounts shared with it. */
export function businessesOf(state: State, { systemUserOf, wabaIds }: Token): readonly string[] {
  if (systemUserOf !== undefined) return [systemUserOf];
  const reached = wabaIds?.flatMap((id) => state.wabas.get(id) ?? []) ?? [...state.wabas.values()];
  return [...new Set(reached.flatMap((waba) => ownerOf(waba) ?? []))];
}
