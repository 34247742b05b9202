import { type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { faultyStore, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { noteSignups } from "../../packages/core/src/onboarding/recovery/note-signups.ts";
import { type Host, type Setting, setting } from "../spine/setting.ts";
import { type Buried, bury } from "./bury.ts";
import { type Client, client } from "./client.ts";
import { createProduct, type Product, type ProductSetting } from "./product.ts";
import { type ApiRequest, everyRequest } from "./requests.ts";

/** A product with connected numbers and an endpoint, and a store that can be switched off. */
export interface Scene extends ProductSetting {
  readonly api: Client;
  readonly clientOf: (key: Parameters<Setting["hub"]["apiKeys"]["create"]>[0]) => Promise<Client>;
  readonly publicUrl: string;
  readonly product: Product;
  /** Every operation that asks for a key, as a request that succeeds. */
  readonly requests: readonly ApiRequest[];
  /** Those that ask for none. */
  readonly openRequests: readonly ApiRequest[];
  readonly switchStore: (works: boolean) => void;
}

/** A test asks more than a customer. */
const UNLIMITED = { reads: false, writes: false, reveal: false, metaLookups: false } as const;

export async function scene(host: Host = "express", options: Partial<HubOptions> = {}) {
  let works = true;
  const store = faultyStore(keyvStore(new Keyv()), { at: () => !works, mode: "before" });
  // Meta checks callbacks under the public URL: there it finds somebody who knows every challenge.
  const front = await sink();
  const own = { store, limits: UNLIMITED, publicUrl: front.url, listenerScheduleMs: [0] };
  const here = await setting(host, { ...own, ...options });
  onTestFinished(async () => {
    await here.close();
    await front.close();
  });
  const api = client(here.url);
  const usedStore = options.store ?? store;
  const shared = {
    ...here,
    recover: recovering(here, usedStore),
    bury: burying(here, usedStore),
  };
  const product = await createProduct(shared, api);
  const all = await everyRequest(product);
  return {
    ...shared,
    api,
    async clientOf(key) {
      const { apiKey } = await here.hub.apiKeys.create(key);
      return client(here.url, apiKey);
    },
    publicUrl: front.url,
    product,
    requests: all.filter(({ scope }) => scope !== undefined),
    openRequests: all.filter(({ scope }) => scope === undefined),
    switchStore: (next) => {
      works = next;
    },
  } satisfies Scene;
}

/** Keeps sign-ups as Meta's webhook does; in a store of the test's own also where no worker is. */
function recovering(here: Setting, store: HubOptions["store"]): ProductSetting["recover"] {
  const { meta } = here;
  return async (of) => {
    if (isStore(store)) {
      const signup = { ...of, appId: meta.app.appId, ownerBusinessId: "1", at: 0 };
      return noteSignups({ store }, [signup]);
    }
    await meta.send(here.callbackUrl, meta.partnerAdded({ wabaId: of.wabaId }));
    const list = () => here.call("GET", "/onboarding/recovered");
    await expect.poll(async () => JSON.stringify((await list()).body)).toContain(of.wabaId);
  };
}

/** Has listeners give up an event; in a store of the test's own also where no worker is. */
function burying({ hub, meta, callbackUrl, call }: Setting, store: HubOptions["store"]) {
  return async (of: Buried & { readonly wabaId: string; readonly phoneNumberId: string }) => {
    if (isStore(store)) return bury(store, of);
    const { wabaId, phoneNumberId } = of;
    const heard = Promise.withResolvers<string>();
    const leave = hub.on("message.received", ({ id }) => {
      heard.resolve(id);
      throw new Error("out of order");
    });
    const message = meta.textMessage({ wabaId, phoneNumberId, from: "15550123456", body: "hi" });
    await meta.send(callbackUrl, message);
    const id = await heard.promise;
    await expect.poll(async () => (await call("GET", `/dead-letters/${id}`)).status).toBe(200);
    leave();
    return id;
  };
}

function isStore(store: HubOptions["store"]): store is Store {
  return "commit" in store;
}
