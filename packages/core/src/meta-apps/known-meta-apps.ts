import {
  appSecretPlace,
  metaAppIndex,
  metaAppKey,
  type StoredMetaApp,
  verifyTokenPlace,
} from "../access/stored-meta-app.ts";
import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import { inTurn } from "../in-turn.ts";
import type { GraphClient } from "../meta/client.ts";
import { createGraph } from "../meta/graph.ts";
import type { MetaLogin } from "../meta/login.ts";
import type { MetaApp } from "../meta-app.ts";
import type { Store, Stored } from "../store/store.ts";

/** For so long after the store was asked, nothing counts as changed: then every node knows what is new. */
export const TRUSTED_MS = 1_000;
const IDS_PER_READ = 1_000;

/** The stored apps as they were within the last second. */
export interface KnownMetaApps {
  /** @throws {Failure} `store_unavailable` when it is not known, and the store cannot tell */
  find(appId: string): Promise<MetaApp | undefined>;
  /** All of them; while the store does not answer, as they were last seen. */
  fresh(): Promise<readonly MetaApp[]>;
  /** Runs a change of them, and asks the store anew, also when it may or may not have landed. */
  changing<Result>(change: () => Promise<Result>): Promise<Result>;
  readonly close: () => Promise<void>;
}

export interface KnownParts extends Pick<App, "store" | "clock" | "vault" | "logger"> {
  readonly openClient: () => GraphClient;
  readonly receiverUrlOf: (appId: string) => string;
  /** How browsers sign up with them: as with the first app of the options. */
  readonly login: MetaLogin;
  /** One of the hub's options is not shared with a stored one. */
  readonly isConfigured: (appId: string) => boolean;
}

/** An app as it was opened from its record, with connections to Meta of its own. */
interface Opened {
  readonly app: MetaApp;
  readonly client: GraphClient;
  /** Of the record. */
  readonly version: string;
}

/** By the keys of their records. */
type OpenedApps = ReadonlyMap<string, Opened>;

export function createKnownMetaApps(parts: KnownParts): KnownMetaApps {
  const { store, clock, logger } = parts;
  const oneByOne = inTurn();
  let opened: OpenedApps = new Map();
  let byAppId: ReadonlyMap<string, MetaApp> = new Map();
  /** Of the index of all apps. */
  let version: string | undefined;
  let asked: { readonly at: number; readonly answer: Promise<void> } | undefined;

  async function look(): Promise<void> {
    const seen = await metaAppIndex(store).version();
    if (seen === version) return;
    const before = opened;
    opened = openAll(parts, await readAll(store), before);
    byAppId = new Map([...opened.values()].map(({ app }) => [app.appId, app]));
    version = seen;
    const gone = [...before].filter(([at]) => !opened.has(at)).map(([, { client }]) => client);
    Promise.all(gone.map((client) => client.close())).catch((error) =>
      logger.warn({ error }, "connections of a Meta app that was removed did not end well"),
    );
  }

  /** A clock that was set back makes nothing last longer. */
  function ask(): Promise<void> {
    const age = clock.now() - (asked?.at ?? Number.NEGATIVE_INFINITY);
    if (asked && age >= 0 && age < TRUSTED_MS) return asked.answer;
    const answer = oneByOne(look);
    answer.catch(() => {});
    asked = { at: clock.now(), answer };
    return answer;
  }

  return {
    async find(appId) {
      try {
        await ask();
      } catch (error) {
        if (!byAppId.has(appId)) throw error;
      }
      return byAppId.get(appId);
    },
    async fresh() {
      await ask().catch(ignoreFailure);
      return [...byAppId.values()];
    },
    async changing(change) {
      try {
        return await change();
      } finally {
        asked = undefined;
        await ask().catch(ignoreFailure);
      }
    },
    async close() {
      await Promise.all([...opened.values()].map(({ client }) => client.close()));
    },
  };
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

/** Oldest first. */
async function readAll(store: Store): Promise<readonly Stored<StoredMetaApp>[]> {
  const index = metaAppIndex(store);
  const found: Stored<StoredMetaApp>[] = [];
  let entries = await index.list(IDS_PER_READ);
  while (entries.length > 0) {
    const stored = await store.getMany<StoredMetaApp>(entries.map(({ id }) => metaAppKey(id)));
    found.push(...stored.filter((app) => app !== undefined));
    entries = await index.list(IDS_PER_READ, entries.at(-1)?.place);
  }
  return found.reverse();
}

/** What has not changed stays as it was opened. */
function openAll(
  parts: KnownParts,
  records: readonly Stored<StoredMetaApp>[],
  before: OpenedApps,
): OpenedApps {
  const opened = records.flatMap((record) => {
    const at = metaAppKey(record.value.id);
    const same = before.get(at);
    if (same && same.version === record.version) return [[at, same] as const];
    const anew = tryToOpen(parts, record, same?.client);
    return anew ? [[at, anew] as const] : [];
  });
  return new Map(opened);
}

const NOT_OPENED = "a stored Meta app cannot be used";

/** One app that does not open is no reason to do without the others. */
function tryToOpen(
  parts: KnownParts,
  { value, version }: Stored<StoredMetaApp>,
  client: GraphClient | undefined,
): Opened | undefined {
  const { id, appId, organizationId } = value;
  const refuse = (error: Failure) => {
    parts.logger.error({ error, id, appId, organizationId }, NOT_OPENED);
    return undefined;
  };
  if (parts.isConfigured(appId)) {
    return refuse(new Failure("meta_app_in_use", "The hub's options have this Meta app, too."));
  }
  try {
    const secrets = openSecrets(parts, value);
    const asking = client ?? parts.openClient();
    return { app: appOf(parts, value, { ...secrets, client: asking }), client: asking, version };
  } catch (error) {
    if (error instanceof Failure) return refuse(error);
    throw error;
  }
}

/** Newest first. @throws {Failure} `secret_unreadable` */
function openSecrets({ vault }: KnownParts, stored: StoredMetaApp) {
  return {
    secrets: stored.appSecrets.map((sealed) => vault.open(sealed, appSecretPlace(stored))),
    verifyToken: vault.open(stored.verifyToken, verifyTokenPlace(stored)),
  };
}

interface Opening extends Pick<MetaApp, "secrets" | "verifyToken"> {
  readonly client: GraphClient;
}

function appOf(
  { receiverUrlOf, login }: KnownParts,
  { id, organizationId, appId, configId }: StoredMetaApp,
  { secrets, verifyToken, client }: Opening,
): MetaApp {
  const [newest = ""] = secrets;
  return {
    appId,
    owner: { organizationId, recordKey: metaAppKey(id) },
    secrets,
    verifyToken,
    configId,
    receiverUrl: receiverUrlOf(appId),
    graph: createGraph(client, { appId, appSecret: newest }),
    login,
    systemToken: null,
  };
}
