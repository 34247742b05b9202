import { createHub, type Hub } from "@wabakit/core";
import { type FakeClock, fakeClock, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { eventually, passTimeUntil } from "./scene.ts";
import { troubledScene } from "./troubled.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const CANARY = "EAAcanary0123456789";

/** Listeners that fail while they shall. */
function failing(hub: Hub) {
  const heard: string[] = [];
  let fails = true;
  hub.on("message.received", ({ id }) => {
    heard.push(id);
    if (fails) throw new Error(`no answer for +1 555 012 3456 with ${CANARY}`);
  });
  const mend = () => {
    fails = false;
  };
  return { heard, mend };
}

describe("an event that listeners have failed at for the last time", () => {
  it("is a dead letter, with what went wrong, and without secrets and phone numbers", async () => {
    const here = await troubledScene({ listenerScheduleMs: [0, 1_000] });
    const { heard } = failing(here.hub);
    const createdAt = new Date(here.clock.now()).toISOString();
    await here.write("hi");
    await here.failures(1);
    expect((await here.hub.deadLetters.list()).data).toEqual([]);
    await here.nextAttempt();
    await here.failures(2);
    const letter = {
      id: heard[0],
      event: "message.received",
      tenantId: "acme",
      attempts: 2,
      error: "Error: no answer for [redacted] with [redacted]",
      createdAt,
      failedAt: new Date(here.clock.now()).toISOString(),
    };
    const { body } = await here.call("GET", "/dead-letters");
    expect(body).toEqual({ data: [letter], nextCursor: null });
    expect((await here.call("GET", `/dead-letters/${letter.id}`)).body).toEqual(letter);
    expect(await here.hub.deadLetters.get(letter.id ?? "")).toEqual(letter);
  });

  it("is heard anew when it is replayed, with all its attempts, once", async () => {
    const here = await troubledScene({ listenerScheduleMs: [0, 1_000] });
    const { heard, mend } = failing(here.hub);
    await here.write("hi");
    await here.failures(1);
    await here.nextAttempt();
    await here.failures(2);
    const [id = ""] = heard;
    const retry = () => here.call("POST", `/dead-letters/${id}/retry`);
    expect(await retry()).toMatchObject({ status: 200, body: { id } });
    expect(await retry()).toMatchObject({ status: 404 });
    await here.failures(3);
    expect(here.errors.at(-1)?.context).toMatchObject({ attempt: 1, dead: false });
    mend();
    await here.nextAttempt();
    await eventually(() => expect(heard).toEqual([id, id, id, id]));
    expect((await here.hub.deadLetters.list()).data).toEqual([]);
  });

  it("is let go of when it is discarded", async () => {
    const here = await troubledScene({ listenerScheduleMs: [0] });
    const { heard, mend } = failing(here.hub);
    await here.write("hi");
    await here.failures(1);
    mend();
    const [id = ""] = heard;
    expect(await here.call("DELETE", `/dead-letters/${id}`)).toMatchObject({ status: 200 });
    await expect(here.hub.deadLetters.discard(id)).rejects.toMatchObject({ code: "not_found" });
    await expect(here.hub.deadLetters.replay(id)).rejects.toMatchObject({ code: "not_found" });
    expect(await here.hub.deadLetters.get(id)).toBeUndefined();
    await here.clock.advance(60_000);
    expect(heard).toEqual([id]);
  });

  it("is found page by page, by the type of its event, and replayed with all the others", async () => {
    const here = await troubledScene({ listenerScheduleMs: [0] });
    const { heard, mend } = failing(here.hub);
    const texts = Array.from({ length: 5 }, (_, index) => `text ${index}`);
    for (const [index, text] of texts.entries()) {
      await here.write(text);
      await here.failures(index + 1);
    }
    const first = await here.hub.deadLetters.list({ limit: 3 });
    const cursor = first.nextCursor ?? "";
    const second = await here.hub.deadLetters.list({ limit: 3, cursor });
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual(heard.toReversed());
    const none = { event: "webhook.unknown" };
    expect((await here.hub.deadLetters.list(none)).data).toEqual([]);
    expect(await here.hub.deadLetters.replayAll(none)).toEqual({ replayed: 0 });
    mend();
    expect(await here.hub.deadLetters.replayAll()).toEqual({ replayed: 5 });
    await eventually(() => expect(heard).toHaveLength(10));
    expect((await here.hub.deadLetters.list()).data).toEqual([]);
  });

  it("goes with its tenant", async () => {
    const entries = new Map<string, unknown>();
    const store = new Keyv({ store: entries });
    const here = await troubledScene({ store, listenerScheduleMs: [0] });
    const { heard } = failing(here.hub);
    await here.write("hi");
    await here.failures(1);
    await here.hub.tenants.delete("acme");
    await eventually(async () => {
      await here.clock.advance(1_000);
      expect((await here.hub.tenants.list()).data).toEqual([]);
    });
    expect((await here.hub.deadLetters.list()).data).toEqual([]);
    expect(await here.hub.deadLetters.get(heard[0] ?? "")).toBeUndefined();
    await passTimeUntil(here.clock, here.hub.stop());
    const letters = [...entries.keys()].filter((key) => key.startsWith("dead-letter:"));
    expect(letters).toEqual([]);
  });
});

/** Processes that follow one another on one store. */
async function processes() {
  const [meta, entries] = [await fakeMeta(), new Map<string, unknown>()];
  onTestFinished(meta.close);
  const common = { ...hubOptions(meta), listenerScheduleMs: [0, 60_000, 60_000] };

  async function next(clock: FakeClock) {
    const errors: { readonly attempt: number | null; readonly dead: boolean }[] = [];
    const hub = createHub({
      ...common,
      clock,
      store: new Keyv({ store: entries }),
      onError: (_, { attempt, dead }) => void errors.push({ attempt, dead }),
    });
    onTestFinished(() => hub.stop());
    const { heard } = failing(hub);
    await hub.start();
    const failures = (count: number) => eventually(() => expect(errors).toHaveLength(count));
    return { hub, clock, heard, errors, failures };
  }

  async function tell(hub: Hub): Promise<void> {
    const { wabaId } = meta.addWaba();
    const { phoneNumberId } = meta.addNumber({ wabaId });
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    await hub.connections.connect({ tenantId: "acme", phoneNumberId, accessToken });
    const message = { wabaId, phoneNumberId, from: "15550123456", body: "hi" };
    const signed = meta.sign(meta.textMessage(message));
    const init = { method: "POST", headers: signed.headers, body: signed.body };
    await hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
  }

  const count = (kind: string) =>
    [...entries.keys()].filter((key) => key.startsWith(`${kind}:`)).length;

  return { next, tell, count };
}

it("attempts are counted over restarts, and made at their times", async () => {
  const here = await processes();
  const first = await here.next(fakeClock());
  await here.tell(first.hub);
  await first.failures(1);
  await first.hub.stop();

  const second = await here.next(first.clock);
  await second.clock.advance(40_000);
  expect(second.heard).toEqual([]);
  await second.clock.advance(40_000);
  await second.failures(1);
  expect(second.errors).toEqual([{ attempt: 2, dead: false }]);
  await second.hub.stop();

  const third = await here.next(second.clock);
  await third.clock.advance(80_000);
  await third.failures(1);
  expect(third.errors).toEqual([{ attempt: 3, dead: true }]);
  expect((await third.hub.deadLetters.list()).data).toMatchObject([{ attempts: 3 }]);
});

it("a dead letter goes with its event, and leaves nothing behind", async () => {
  const here = await processes();
  const first = await here.next(fakeClock());
  await here.tell(first.hub);
  for (let failures = 1; failures < 3; failures += 1) {
    await first.failures(failures);
    await first.clock.advance(80_000);
  }
  await first.failures(3);
  await first.hub.stop();
  expect(here.count("dead-letter")).toBe(1);

  const later = await here.next(fakeClock(first.clock.now() + 15 * DAY_MS));
  expect((await later.hub.deadLetters.list()).data).toHaveLength(1);
  await later.clock.advance(30_000);
  await eventually(() => expect(here.count("event")).toBe(0));
  expect((await later.hub.deadLetters.list()).data).toEqual([]);
  await later.hub.stop();
  expect(here.count("dead-letter")).toBe(0);
  expect(here.count("log:dead-letters")).toBe(0);
});
