import { createHub, type Hub, type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { type FakeMeta, fakeMeta } from "@wabakit/testing";
import { onTestFinished } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import type { Place } from "../store/places.ts";
import { addEndpoints, type Ledger, noteToken, organizationOf } from "./ledger.ts";

const ACCOUNTS = 20;

/** A WhatsApp Business Account with one number. */
export interface Account {
  readonly organizationId: string;
  readonly appId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
}

/** A place full of secrets, and who gave them. */
export interface SealedStore {
  readonly meta: FakeMeta;
  readonly ledger: Ledger;
  readonly accounts: readonly Account[];
  /** A store on the place, as a process makes it. It is stopped and closed when the test is over. */
  readonly open: () => Store;
  /** A hub on a store; stopped when the test is over. */
  readonly start: (options: Pick<HubOptions, "secretKeys" | "store" | "logger">) => Promise<Hub>;
  /** Connects an account, once more if it is connected, with a new token. */
  readonly connect: (hub: Hub, account: Account) => Promise<void>;
}

/** Fills a place with secrets of many organizations, sealed with one key. */
export async function sealedStore(
  place: Place,
  { key, endpoints }: { readonly key: Uint8Array; readonly endpoints: number },
): Promise<SealedStore> {
  const meta = await fakeMeta();
  onTestFinished(async () => {
    await meta.close();
    await place.discard();
  });
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => newAccount(meta, index));
  const ledger: Ledger = new Map();
  const here: SealedStore = {
    meta,
    ledger,
    accounts,
    open() {
      const keyv = place.connect();
      onTestFinished(() => place.disconnect(keyv));
      return keyvStore(keyv);
    },
    async start(options) {
      const hub = createHub({ ...hubOptions(meta), roles: ["api"], ...options });
      onTestFinished(() => hub.stop());
      await hub.start();
      return hub;
    },
    async connect(hub, { organizationId, wabaId, phoneNumberId, appId }) {
      const accessToken = meta.issueToken({ wabaIds: [wabaId] });
      const wanted = { tenantId: "a", phoneNumberId, accessToken };
      await hub.organization(organizationId).connections.connect(wanted);
      noteToken(ledger, { organizationId, appId, wabaId }, accessToken);
    },
  };
  const hub = await here.start({ secretKeys: [key], store: here.open() });
  await addEndpoints(hub, ledger, endpoints);
  for (const account of accounts) await here.connect(hub, account);
  await hub.stop();
  return here;
}

function newAccount(meta: FakeMeta, index: number): Account {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const { appId } = meta.app;
  return { organizationId: organizationOf(index), appId, wabaId, phoneNumberId };
}
