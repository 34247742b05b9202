import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import { findMetaApp } from "../change/tell-meta.ts";
import { tokenPlace, type Waba } from "../waba.ts";
import { noteDeadToken, noteLivingToken, type TokenParts } from "./dead-token.ts";

/** What asking Meta in an account's name takes. */
export type AskParts = TokenParts & Pick<App, "vault" | "metaApps">;

/** What an account asks Meta with. */
export interface Access {
  readonly graph: Graph;
  readonly token: string;
}

/** @throws {Failure} `invalid_request` when the account's app is not among the hub's, `secret_unreadable` */
export async function accessOf(
  { vault, metaApps }: Pick<AskParts, "vault" | "metaApps">,
  waba: Waba,
): Promise<Access> {
  const { graph } = await findMetaApp(metaApps, waba);
  return { graph, token: vault.open(waba.accessToken, tokenPlace(waba)) };
}

/**
 * Asks Meta in an account's name. That Meta takes its token no longer is told, once, and thrown as any
 * other refusal.
 *
 * @throws {Failure} What `ask` throws; `invalid_request` when the account's app is not among the hub's,
 *   `secret_unreadable`
 */
export async function askAs<Answer>(
  parts: AskParts,
  waba: Waba,
  ask: (access: Access) => Promise<Answer>,
): Promise<Answer> {
  const access = await accessOf(parts, waba);
  try {
    const answer = await ask(access);
    if (waba.tokenDiedAt) await noteLivingToken(parts, waba);
    return answer;
  } catch (error) {
    if (error instanceof Failure) await noteDeadToken(parts, waba, error);
    throw error;
  }
}
