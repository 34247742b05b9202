import type { Hub } from "@wabakit/core";
import type { World } from "./world.ts";

/** An account at Meta with two numbers, and what was connected of it. */
export interface Account {
  readonly wabaId: string;
  readonly accessToken: string;
  readonly phoneNumberIds: readonly [string, string];
  readonly connectionIds: string[];
}

/** Something a caller does that Meta has a part in. */
export interface UseCase {
  readonly name: string;
  /** How many numbers are connected before, and with which webhook. */
  readonly connected: 0 | 1 | 2;
  readonly webhook?: (world: World) => object;
  /** What is done before as well. */
  readonly prepare?: (hub: Hub, account: Account) => Promise<unknown>;
  readonly run: (hub: Hub, account: Account, world: World) => Promise<unknown>;
}

const firstHook = ({ ground }: World) => ({
  webhookUrl: `${ground.first.url}/first`,
  webhookVerifyToken: "first",
});
const secondHook = ({ ground }: World) => ({
  webhookUrl: `${ground.second.url}/second`,
  webhookVerifyToken: "second",
});
const idOf = ({ connectionIds }: Account) => connectionIds[0] ?? "";

/** Connects a number of the account. */
export async function connectNumber(
  hub: Hub,
  account: Account,
  { number, fields = {} }: { readonly number: 0 | 1; readonly fields?: object },
): Promise<string> {
  const { wabaId, accessToken, phoneNumberIds } = account;
  const { connection } = await hub.connections.connect({
    tenantId: "acme",
    wabaId,
    accessToken,
    phoneNumberId: phoneNumberIds[number],
    ...fields,
  });
  return connection.connectionId;
}

export const USE_CASES: readonly UseCase[] = [
  {
    name: "connect the first number",
    connected: 0,
    run: (hub, account) => connectNumber(hub, account, { number: 0 }),
  },
  {
    name: "connect the first number with a webhook",
    connected: 0,
    run: (hub, account, world) =>
      connectNumber(hub, account, { number: 0, fields: firstHook(world) }),
  },
  {
    name: "connect a sibling that brings another webhook",
    connected: 1,
    webhook: firstHook,
    run: (hub, account, world) =>
      connectNumber(hub, account, { number: 1, fields: secondHook(world) }),
  },
  {
    name: "change the webhook",
    connected: 2,
    webhook: firstHook,
    run: (hub, account, world) => hub.connections.update(idOf(account), secondHook(world)),
  },
  {
    name: "give one number a webhook of its own",
    connected: 2,
    webhook: firstHook,
    run: (hub, account, world) =>
      hub.connections.update(idOf(account), { ...secondHook(world), overrideScope: "number" }),
  },
  {
    name: "turn back to events",
    connected: 1,
    webhook: firstHook,
    run: (hub, account) => hub.connections.update(idOf(account), { delivery: "events" }),
  },
  {
    name: "disconnect one of two",
    connected: 2,
    webhook: firstHook,
    run: (hub, account) => hub.connections.disconnect(idOf(account)),
  },
  {
    name: "disconnect the last one",
    connected: 1,
    webhook: firstHook,
    run: (hub, account) => hub.connections.disconnect(idOf(account)),
  },
  {
    name: "suspend the last one that is served",
    connected: 1,
    webhook: firstHook,
    run: (hub, account) => hub.connections.suspend(idOf(account)),
  },
  {
    name: "resume",
    connected: 1,
    webhook: firstHook,
    prepare: (hub, account) => hub.connections.suspend(idOf(account)),
    run: (hub, account) => hub.connections.resume(idOf(account)),
  },
];
