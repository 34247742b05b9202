import type KeyvSqlite from "@keyv/sqlite";
import { connectionKey } from "../../../packages/core/src/connections/waba.ts";
import {
  ANY_SLOT,
  CONFIRMED_SLOTS,
  LARGE_SLOTS,
  newNumberOf,
  PER_LARGE_ACCOUNT,
  PER_TENANT,
  pick,
  WEBHOOKS,
  webhookSpot,
} from "./layout.ts";
import { DUE_PER_ROUND } from "./plan.ts";
import type { Scale, ScaleHub } from "./scale-hub.ts";

/** A running hub, and where its lists can be entered. */
export interface Subject extends ScaleHub {
  readonly scale: Scale;
  /** Cursors from all over the list of all connections. */
  readonly cursors: readonly string[];
}

interface Row {
  /** How often it is done in a turn, one after the other. */
  readonly times: number;
  /** How often the sizes take turns in a round; what is done once a round has one. */
  readonly turns: number;
  /** Does it once; `n` counts over all rounds. */
  readonly act: (subject: Subject, n: number) => Promise<unknown>;
  /** Sets the stage for a round. */
  readonly before?: (subject: Subject, round: number) => void;
  /** Looks whether everything came of it that should have, by the end of a round. */
  readonly after?: (subject: Subject, round: number) => void;
}

const DEFAULT_LIMIT = 50;
const TURNS = 12;

/** The last row is SQLite's own part of finding a record, which no store above it can make flatter. */
const BARE = "SELECT value FROM keyv WHERE key = ?1 AND namespace = ''";

/** What is done at every size, by the name it has in the table. */
export const operations: Readonly<Record<string, Row>> = {
  "list, first page": {
    times: 5,
    turns: TURNS,
    act: async ({ hub }) => expectLength(await hub.connections.list(), DEFAULT_LIMIT),
  },
  "list, a page in the middle": {
    times: 5,
    turns: TURNS,
    act: async ({ hub, cursors }, n) => {
      const cursor = cursors[(n * 7) % cursors.length];
      return expectLength(await hub.connections.list({ cursor }), DEFAULT_LIMIT);
    },
  },
  "list of a tenant": {
    times: 12,
    turns: TURNS,
    act: async ({ hub, scale }, n) => {
      const { tenantId } = pick(scale.size, ANY_SLOT, n);
      return expectLength(await hub.connections.list({ tenantId }), PER_TENANT);
    },
  },
  "list of an account of 20": {
    times: 12,
    turns: TURNS,
    act: async ({ hub, scale }, n) => {
      const { wabaId } = pick(scale.size, LARGE_SLOTS, n);
      return expectLength(await hub.connections.list({ wabaId }), PER_LARGE_ACCOUNT);
    },
  },
  "list of a number": {
    times: 20,
    turns: TURNS,
    act: async ({ hub, scale }, n) => {
      const { phoneNumberId } = pick(scale.size, ANY_SLOT, n);
      return expectLength(await hub.connections.list({ phoneNumberId }), 1);
    },
  },
  get: {
    times: 40,
    turns: TURNS,
    act: async ({ hub, scale }, n) => {
      const { connectionId, wabaId } = pick(scale.size, ANY_SLOT, n);
      expect((await hub.connections.get(connectionId))?.wabaId, wabaId);
    },
  },
  "patch, name and metadata": {
    times: 8,
    turns: TURNS,
    act: async ({ hub, scale }, n) => {
      const { connectionId } = pick(scale.size, ANY_SLOT, n);
      await hub.connections.update(connectionId, { name: `Name ${n}`, metadata: { n } });
    },
  },
  "patch, webhook (asks Meta)": {
    times: WEBHOOKS,
    turns: 2,
    act: async ({ hub, scale }, n) => {
      const { webhookUrls, webhookVerifyToken } = scale.meta;
      const webhookUrl = webhookUrls[Math.floor(n / WEBHOOKS) % 2] ?? "";
      const { connectionId } = webhookSpot(scale.size, n);
      await hub.connections.update(connectionId, { webhookUrl, webhookVerifyToken });
    },
  },
  "connect, disconnect (ask Meta)": {
    times: WEBHOOKS,
    turns: 2,
    act: async ({ hub, scale }, n) => {
      const spot = webhookSpot(scale.size, n);
      const { connection } = await hub.connections.connect({
        tenantId: spot.tenantId,
        wabaId: spot.wabaId,
        phoneNumberId: newNumberOf(spot),
        accessToken: scale.meta.accessToken,
      });
      await hub.connections.disconnect(connection.connectionId);
    },
  },
  "heartbeat, confirm": {
    times: 5,
    turns: TURNS,
    before: ({ moveTo }, round) => moveTo(round, "before"),
    act: async ({ hub, scale }, n) => {
      const { connectionId } = pick(scale.size, CONFIRMED_SLOTS, n);
      const confirmed = await hub.connections.confirmHeartbeat(connectionId);
      expect(confirmed.heartbeatStatus, "OK");
    },
  },
  [`sweep, ${DUE_PER_ROUND} due`]: {
    times: 1,
    turns: 1,
    before: ({ moveTo }, round) => moveTo(round, "after"),
    act: ({ runTimers }) => runTimers(),
    after: ({ toldDue }, round) => expect(toldDue(), DUE_PER_ROUND * (round + 1)),
  },
  "one row, by the bare adapter": {
    times: 80,
    turns: TURNS,
    act: async ({ keyv, scale }, n) => {
      const { connectionId } = pick(scale.size, ANY_SLOT, n);
      // The place is a file, so the Keyv is on this adapter.
      const rows = await (keyv.store as KeyvSqlite).query(BARE, connectionKey(connectionId));
      expect(rows.length, 1);
    },
  },
};

function expectLength({ data }: { readonly data: readonly unknown[] }, length: number): void {
  expect(data.length, length);
}

function expect<Value>(found: Value, expected: Value): void {
  if (found !== expected) throw new Error(`${found} was found where ${expected} was expected.`);
}
