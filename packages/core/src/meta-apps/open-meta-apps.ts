import { createGraphClient, type GraphClient } from "../meta/client.ts";
import { createGraph } from "../meta/graph.ts";
import { metaLogin } from "../meta/login.ts";
import type { MetaApp, MetaApps } from "../meta-app.ts";
import { createKnownMetaApps, type KnownParts } from "./known-meta-apps.ts";
import type { ConfiguredMetaApp } from "./meta-apps-option.ts";

export interface MetaAppsParts extends Pick<KnownParts, "store" | "clock" | "vault" | "logger"> {
  /** At least one. Stored apps ask Meta where the first one does. */
  readonly configured: readonly ConfiguredMetaApp[];
  /** Where the first app's webhooks arrive; those of any app arrive below it, under their id. */
  readonly receiverUrl: string;
}

/** Opens the apps of the options; those that organizations have stored, once they are asked for. */
export function openMetaApps({
  configured: given,
  receiverUrl,
  ...parts
}: MetaAppsParts): MetaApps {
  const { clock } = parts;
  const [first] = given;
  if (!first) throw new TypeError("A hub has at least one Meta app.");
  const { appId: firstId, graphUrl, graphVersion } = first;
  const receiverUrlOf = (appId: string) =>
    appId === firstId ? receiverUrl : `${receiverUrl}/${appId}`;
  const opened = given.map((app) => openConfigured(app, { clock, receiverUrlOf }));
  const configured = opened.map(({ app }) => app);
  const byAppId = new Map(configured.map((app) => [app.appId, app]));
  const openClient = () => createGraphClient({ graphUrl, graphVersion, clock });
  const login = metaLogin({ graphUrl, graphVersion });
  const isConfigured = (appId: string) => byAppId.has(appId);
  const stored = createKnownMetaApps({
    ...parts,
    receiverUrlOf,
    openClient,
    isConfigured,
    login,
  });
  const asking = openClient();

  return {
    configured,
    receiverUrlOf,
    all: async () => [...configured, ...(await stored.fresh())],
    async find(organizationId, appId = firstId) {
      const configured = byAppId.get(appId);
      if (configured) return configured;
      const app = await stored.find(appId);
      return app?.owner?.organizationId === organizationId ? app : undefined;
    },
    async usableBy(organizationId) {
      const all = await stored.fresh();
      return [
        ...configured,
        ...all.filter(({ owner }) => owner?.organizationId === organizationId),
      ];
    },
    receiving: async (appId) => byAppId.get(appId) ?? stored.find(appId),
    changing: stored.changing,
    graphOf: (app) => createGraph(asking, app),
    async close() {
      const clients = [asking, ...opened.map(({ client }) => client)];
      await Promise.all([...clients.map((client) => client.close()), stored.close()]);
    },
  };
}

function openConfigured(
  {
    appId,
    appSecret,
    verifyToken,
    configId,
    systemToken,
    graphUrl,
    graphVersion,
  }: ConfiguredMetaApp,
  { clock, receiverUrlOf }: Pick<KnownParts, "clock" | "receiverUrlOf">,
): { readonly app: MetaApp; readonly client: GraphClient } {
  const client = createGraphClient({ graphUrl, graphVersion, clock });
  const [newest = ""] = appSecret;
  const app: MetaApp = {
    appId,
    owner: null,
    secrets: appSecret,
    verifyToken,
    configId: configId ?? null,
    receiverUrl: receiverUrlOf(appId),
    graph: createGraph(client, { appId, appSecret: newest }),
    login: metaLogin({ graphUrl, graphVersion }),
    systemToken: systemToken ?? null,
  };
  return { app, client };
}
