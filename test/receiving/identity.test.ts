import type { AnyEvent } from "@wabakit/core";
import { describe, expect, test } from "vitest";
import { type ConnectedAt, connect } from "./connect.ts";
import { database } from "./database.ts";
import { type Receiver, receiver, startMeta } from "./receiver.ts";

const RECIPIENT = "15550123456";

interface Connected extends Receiver {
  readonly number: ConnectedAt;
}

async function connected(): Promise<Connected> {
  const here = await receiver();
  return { ...here, number: await connect(here) };
}

function wamidsOf(heard: readonly AnyEvent[]): readonly string[] {
  return heard.map((told) =>
    told.type === "message.received" ? told.data.message.wamid : "no message",
  );
}

function textMessage({ meta, number }: Connected, id: string) {
  return meta.textMessage({ ...number, id, from: RECIPIENT, body: "hi" });
}

function status({ meta, number }: Connected, status: "sent" | "delivered" | "read") {
  return meta.status({ ...number, id: "wamid.out", status, recipient: RECIPIENT });
}

function statusesOf(heard: readonly AnyEvent[]): readonly string[] {
  return heard.map((told) =>
    told.type === "message.status_updated" ? String(told.data.status.status) : "no status",
  );
}

describe("an update that Meta sends again", () => {
  test("at the same time is told once, and the repeats are counted", async () => {
    const here = await connected();
    const { body, headers } = here.meta.sign(textMessage(here, "wamid.one"));
    const posts = Array.from({ length: 5 }, () =>
      here.meta.send(here.callbackUrl, body, { headers }),
    );
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200,
    ]);
    await here.quiet();
    expect(wamidsOf(here.heard)).toEqual(["wamid.one"]);
    expect(await here.counts()).toEqual({ items: 1, repeats: 4, unrouted: 0 });
  });

  test("is told once however many workers take up its copies at the same time", async () => {
    const shared = { meta: await startMeta(), database: await database() };
    const front = await receiver({ ...shared, roles: ["receiver"] });
    const number = await connect(front);
    for (let copy = 0; copy < 5; copy += 1) {
      await front.meta.send(front.callbackUrl, textMessage({ ...front, number }, "wamid.one"));
    }
    await front.stop();

    const here = await receiver(shared);
    await here.quiet();
    expect(wamidsOf(here.heard)).toEqual(["wamid.one"]);
    expect(await here.counts()).toEqual({ items: 1, repeats: 4, unrouted: 0 });
  });

  test("among other neighbours is told once", async () => {
    const here = await connected();
    const ids = [
      ["a", "b"],
      ["b", "c"],
      ["c", "b", "d"],
    ];
    for (const neighbours of ids) {
      const payload = here.meta.batch(neighbours.map((id) => textMessage(here, `wamid.${id}`)));
      await here.meta.send(here.callbackUrl, payload);
    }
    await here.quiet();
    expect(wamidsOf(here.heard).toSorted()).toEqual(["wamid.a", "wamid.b", "wamid.c", "wamid.d"]);
    expect(await here.counts()).toEqual({ items: 4, repeats: 3, unrouted: 0 });
  });

  test("within a batch of 1,000 is told once", async () => {
    const here = await connected();
    const ids = Array.from({ length: 1_000 }, (_, index) => `wamid.${index % 700}`);
    const payload = here.meta.batch(ids.map((id) => textMessage(here, id)));
    expect(await here.meta.send(here.callbackUrl, payload)).toMatchObject({ status: 200 });
    await here.quiet();
    expect(wamidsOf(here.heard).toSorted()).toEqual([...new Set(ids)].sort());
    expect(await here.counts()).toEqual({ items: 700, repeats: 300, unrouted: 0 });
  });

  test("about an account is told once, although it has no id", async () => {
    const here = await connected();
    const news = (decision: string, at: number) =>
      here.meta.change({ ...here.number, field: "account_review_update", value: { decision }, at });
    for (const payload of [
      news("APPROVED", 1_000),
      news("APPROVED", 1_000),
      news("APPROVED", 2_000),
    ]) {
      await here.meta.send(here.callbackUrl, payload);
    }
    await here.quiet();
    expect(here.heard).toHaveLength(2);
  });
});

describe("a message's way", () => {
  test("is told step by step, each once, in whatever order Meta sends it", async () => {
    const here = await connected();
    for (const step of ["delivered", "sent", "read", "sent", "delivered"] as const) {
      await here.meta.send(here.callbackUrl, status(here, step));
    }
    await here.quiet();
    expect(statusesOf(here.heard).toSorted()).toEqual(["delivered", "read", "sent"]);
    expect(await here.counts()).toEqual({ items: 3, repeats: 2, unrouted: 0 });
  });

  test("survives duplicates, disorder and concurrency all at once", async () => {
    const here = await connected();
    const ids = Array.from({ length: 40 }, (_, index) => `wamid.${index}`);
    const payloads = ids.map((id) => textMessage(here, id));
    const chaos = { to: here.callbackUrl, duplicates: 2, shuffle: 7, concurrency: 16 };
    const delivered = await here.meta.deliver(payloads, chaos);
    expect(delivered.every(({ acknowledged }) => acknowledged)).toBe(true);
    await here.quiet();
    expect(wamidsOf(here.heard).toSorted()).toEqual(ids.toSorted());
    expect(await here.counts()).toEqual({ items: 40, repeats: 80, unrouted: 0 });
  });
});
