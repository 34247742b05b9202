import { type AnyEvent, keyvStore, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { expect } from "vitest";
import { type Account, claimOf, type Scene, scene } from "../connections/scene.ts";
import type { Answer } from "../spine/setting.ts";

/** Where the hub of these tests says it is. */
export const CALLBACK = "https://app.example.com/webhooks/meta";

/** One connected number, and everything that was told of it. */
export interface HealthScene extends Omit<Scene, "account"> {
  readonly account: Account;
  readonly connectionId: string;
  readonly store: Store;
  readonly events: readonly AnyEvent[];
  /** Asks below `/connections/:id`. */
  readonly ask: (method: string, below: string) => Promise<Answer>;
}

interface Arrangement {
  readonly number?: Parameters<Scene["account"]>[0];
  /** Beside what connecting needs. */
  readonly connect?: Readonly<Record<string, unknown>>;
  readonly options?: Parameters<typeof scene>[0];
}

/** Connects one number. */
export async function healthScene(arranged: Arrangement = {}): Promise<HealthScene> {
  const store = keyvStore(new Keyv());
  const here = await scene({ store, ...arranged.options });
  const events: AnyEvent[] = [];
  here.hub.on("*", (event) => void events.push(event));
  const account = here.account(arranged.number);
  const { status, body } = await here.connect({ ...claimOf(account), ...arranged.connect });
  expect(status).toBe(201);
  const connectionId = String(body.connectionId);
  const ask = (method: string, below: string) =>
    here.api(method, `/connections/${connectionId}${below}`);
  return { ...here, account, connectionId, store, events, ask };
}

/** What an API answers that refuses. */
export function refusal(status: number, code: string) {
  return { status, body: { error: { code } } };
}
