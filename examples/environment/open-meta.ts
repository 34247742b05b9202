import type { MetaOptions } from "@wabakit/core";
import { type FakeMeta, fakeMeta } from "@wabakit/testing";
import type { Variables } from "./variables.ts";

/** Of a Facebook Login for Business configuration: the fake plays the same one for any. */
export const FAKE_CONFIG_ID = "1234567890";

/** The Meta to work with. */
export interface Meta {
  readonly options: MetaOptions;
  /** Set where the environment names no Meta app. */
  readonly fake: FakeMeta | undefined;
}

/** The Meta app of the environment; where it names none, a fake Meta with a random secret. */
export async function openMeta(variables: Variables): Promise<Meta> {
  const { META_APP_ID, META_APP_SECRET = [], META_VERIFY_TOKEN = "" } = variables;
  if (META_APP_ID === undefined) return openFake();
  return {
    fake: undefined,
    options: {
      appId: META_APP_ID,
      appSecret: META_APP_SECRET,
      verifyToken: META_VERIFY_TOKEN,
      configId: variables.META_CONFIG_ID,
      systemToken: variables.META_SYSTEM_TOKEN,
      graphUrl: variables.META_GRAPH_URL,
      graphVersion: variables.META_GRAPH_VERSION,
    },
  };
}

async function openFake(): Promise<Meta> {
  const fake = await fakeMeta();
  const { appId, appSecret, verifyToken } = fake.app;
  const app = { appId, appSecret, verifyToken, configId: FAKE_CONFIG_ID };
  return { fake, options: { ...app, graphUrl: fake.url } };
}
