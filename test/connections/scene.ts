import { type Clock, type HubOptions, keyvStore, systemClock } from "@wabakit/core";
import type { FakeMetaOptions } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { type Client, client } from "../api/client.ts";
import { type Answer, type Setting, setting } from "../spine/setting.ts";

const PAUSES_MS = 5_000;

/** These tests ask more than a caller may in a minute. */
const NO_LIMITS = { reads: false, writes: false, metaLookups: false, reveal: false } as const;

/** Pauses between tries are of no interest here; deadlines stay. */
const impatientClock: Clock = {
  now: systemClock.now,
  schedule: (at, task) => systemClock.schedule(at - systemClock.now() < PAUSES_MS ? 0 : at, task),
};

/** An account at Meta with one number, and a token for it. */
export interface Account {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
}

type NumberFields = Omit<Parameters<Setting["meta"]["addNumber"]>[0], "wabaId">;

export interface Scene extends Setting {
  readonly api: Client;
  /** Everything that is stored. */
  readonly entries: ReadonlyMap<string, unknown>;
  /** The client of an API key with these restrictions; of another organization when it is named. */
  readonly clientOf: (key: {
    readonly organizationId?: string;
    readonly tenantIds?: string[];
  }) => Promise<Client>;
  readonly account: (number?: NumberFields) => Account;
  readonly connect: (body: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** Nothing was stored, and nothing was changed at Meta. */
  readonly expectNothingDone: (account: Pick<Account, "wabaId">) => Promise<void>;
}

export async function scene(
  options: Partial<HubOptions> = {},
  metaOptions: FakeMetaOptions = {},
): Promise<Scene> {
  const entries = new Map<string, unknown>();
  const store = keyvStore(new Keyv({ store: entries }));
  const hub = { store, clock: impatientClock, limits: NO_LIMITS, ...options };
  const here = await setting("express", hub, metaOptions);
  onTestFinished(here.close);
  const api = client(here.url);
  return {
    ...here,
    entries,
    api,
    async clientOf({ organizationId, tenantIds }) {
      const methods = organizationId ? here.hub.organization(organizationId) : here.hub;
      const bound = tenantIds ? { tenantIds } : {};
      const { apiKey } = await methods.apiKeys.create({ name: "key", scopes: ["*"], ...bound });
      return client(here.url, apiKey);
    },
    account: (number = {}) => account(here, number),
    connect: (body) => api("POST", "/connections", { body: { tenantId: "acme", ...body } }),
    async expectNothingDone({ wabaId }) {
      expect((await api("GET", "/connections")).body).toEqual({ data: [], nextCursor: null });
      expect(here.meta.subscriptionOf(wabaId)).toBeUndefined();
      const writes = here.meta.requests.filter(({ method }) => method !== "GET");
      expect(writes).toEqual([]);
    },
  };
}

function account({ meta }: Setting, number: NumberFields): Account {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId, ...number });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  return { wabaId, phoneNumberId, accessToken };
}

/** Only what the caller has to give. */
export function claimOf({ phoneNumberId, accessToken }: Account) {
  return { phoneNumberId, accessToken };
}
