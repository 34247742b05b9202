import { type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { type FakeClock, fakeClock, type Sink, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, vi } from "vitest";
import type { Attempt, Delivery } from "../../packages/core/src/delivery/delivery.ts";
import { type Answer, type Setting, setting } from "../spine/setting.ts";

/** A hub on a clock of its own, with a connected number and a view of what it records. */
export interface Scene extends Setting {
  readonly clock: FakeClock;
  /** As they are stored, in the order of their first attempts. */
  readonly deliveries: () => readonly Delivery[];
  readonly connectionId: string;
  /** Has a customer write, once for each text. */
  readonly write: (...texts: readonly string[]) => Promise<void>;
  readonly addEndpoint: (fields: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** Another endpoint's server. */
  readonly addSink: () => Promise<Sink>;
}

export async function scene(options: Partial<HubOptions> = {}): Promise<Scene> {
  const clock = fakeClock();
  const records = new Map<string, Delivery>();
  const store = recording(keyvStore(new Keyv()), records);
  const here = await setting("express", { store, clock, ...options });
  onTestFinished(() => passTimeUntil(clock, here.close()));
  const number = await connectNumber(here, "acme");
  return {
    ...here,
    clock,
    deliveries: () => [...records.values()],
    connectionId: number.connectionId,
    write: (...texts) => write(here, number, texts),
    addEndpoint: (fields) => here.call("POST", "/webhook-endpoints", fields),
    async addSink() {
      const other = await sink();
      onTestFinished(other.close);
      return other;
    },
  };
}

/** A stop gives running work its time, which only passes when somebody lets it. */
export async function passTimeUntil(clock: FakeClock, closing: Promise<void>): Promise<void> {
  let closed = false;
  const done = closing.finally(() => {
    closed = true;
  });
  while (!closed) await clock.advance(1_000);
  await done;
}

/** A number at Meta and the id it is connected under. */
export interface ConnectedNumber {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly connectionId: string;
}

export async function connectNumber(here: Setting, tenantId: string): Promise<ConnectedNumber> {
  const { wabaId } = here.meta.addWaba();
  const { phoneNumberId } = here.meta.addNumber({ wabaId });
  const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
  const body = { tenantId, phoneNumberId, accessToken };
  const { status, body: connection } = await here.call("POST", "/connections", body);
  expect(status).toBe(201);
  return { wabaId, phoneNumberId, connectionId: String(connection.connectionId) };
}

export async function write(
  { meta, callbackUrl }: Setting,
  { wabaId, phoneNumberId }: ConnectedNumber,
  texts: readonly string[],
): Promise<void> {
  for (const body of texts) {
    const message = meta.textMessage({ wabaId, phoneNumberId, from: "15550123456", body });
    expect(await meta.send(callbackUrl, message)).toMatchObject({ status: 200 });
  }
}

/** Waits for what needs real sockets or disks, and then holds. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 2 });
}

/** Waits until the only delivery has this many attempts. */
export async function attempts(here: Scene, count: number): Promise<readonly Attempt[]> {
  await eventually(() => expect(here.deliveries()[0]?.attempts).toHaveLength(count));
  return here.deliveries()[0]?.attempts ?? [];
}

/** How long the only delivery waits for its next attempt; `undefined` when there will be none. */
export function pauseMs(here: Scene): number | undefined {
  const at = here.deliveries()[0]?.nextAttemptAt;
  return at ? Date.parse(at) - here.clock.now() : undefined;
}

/** Moves to the next attempt of the only delivery. */
export async function nextAttempt(here: Scene): Promise<void> {
  await here.clock.advance(pauseMs(here) ?? Number.NaN);
}

export function recording(store: Store, records: Map<string, Delivery>): Store {
  return {
    ...store,
    async commit(change) {
      const landed = await store.commit(change);
      const own = change.writes.filter(({ key }) => landed && key.startsWith("delivery:"));
      // Under this prefix there is nothing else.
      for (const { key, value } of own) records.set(key, value as Delivery);
      return landed;
    },
  };
}
