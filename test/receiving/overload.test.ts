import { connect, type Socket } from "node:net";
import type { Store } from "@wabakit/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { PATIENCE_MS, type Receiver, receiver } from "./receiver.ts";
import { strangersText } from "./strangers-text.ts";

const MIB = 1024 * 1024;

/** Connections that begin a notification and send nothing more. */
function slowSenders({ url }: Receiver, count: number, announcement: string): readonly Socket[] {
  const head = `POST /webhooks/meta HTTP/1.1\r\nhost: slow\r\n${announcement}\r\n\r\n`;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    socket.write(head);
    return socket;
  });
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(hangUp);
  return sockets;
}

/** Sends a large notification until the answer is the one that is waited for. */
async function untilLargeIsAnswered(here: Receiver, status: number) {
  const options = { padToBytes: MIB };
  const send = () => here.meta.send(here.callbackUrl, strangersText(here), options);
  await expect.poll(async () => (await send()).status, { timeout: PATIENCE_MS }).toBe(status);
  return send();
}

describe.each([
  ["announce 4 MiB", `content-length: ${4 * MIB}`],
  ["do not say how much they will send", "transfer-encoding: chunked"],
])("senders that never come to an end and %s", (_how, announcement) => {
  test("shut out other large bodies while they last, and none of the usual ones", async () => {
    const here = await receiver();
    const slow = slowSenders(here, 200, announcement);
    const refused = await untilLargeIsAnswered(here, 503);
    expect(refused.headers["retry-after"]).toBe("5");
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: "store_unavailable" } });
    const usual = await here.meta.send(here.callbackUrl, strangersText(here));
    expect(usual.status).toBe(200);

    for (const socket of slow) socket.destroy();
    await untilLargeIsAnswered(here, 200);
  });
});

test("lengths that are none cannot make room that is not there", async () => {
  const { hub } = await receiver();
  const ended = Promise.withResolvers<void>();
  const begin = () =>
    hub.fetch(
      new Request("http://product/webhooks/meta", {
        method: "POST",
        headers: { "content-length": "-4194304" },
        body: new ReadableStream({ start: (stream) => ended.promise.then(() => stream.close()) }),
        duplex: "half",
      }),
    );
  const under = Array.from({ length: 12 }, begin);
  expect((await begin())?.status).toBe(503);
  ended.resolve();
  const statuses = (await Promise.all(under)).map((response) => response?.status);
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect((await begin())?.status).toBe(401);
});

describe("a store that has come to a standstill", () => {
  /** Appends wait until they are let go. */
  function standstill() {
    const over = Promise.withResolvers<void>();
    const between = (store: Store): Store => ({
      ...store,
      async commit(change) {
        if (change.writes.some(({ key }) => key.startsWith("log:notifications"))) {
          await over.promise;
        }
        return store.commit(change);
      },
    });
    return { between, end: over.resolve };
  }

  test("makes Meta keep what would not fit in memory, and loses none of what did", async () => {
    const { between, end } = standstill();
    const here = await receiver({ between, roles: ["receiver"] });
    const { body, headers } = here.meta.sign(strangersText(here), { padToBytes: 3 * MIB });
    const statuses: number[] = [];
    const posts = Array.from({ length: 24 }, async () => {
      const { status } = await here.meta.send(here.callbackUrl, body, { headers });
      statuses.push(status);
    });
    // The room for large ones is 48 MiB: the 17th and all that follow are refused at once.
    const refused = Array.from({ length: 8 }, () => 503);
    await expect.poll(() => statuses, { timeout: PATIENCE_MS }).toEqual(refused);

    end();
    await Promise.all(posts);
    expect(statuses.slice(8)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(await here.meta.send(here.callbackUrl, body, { headers })).toMatchObject({
      status: 200,
    });
  });

  test("turns into events, when it is over, what it has taken and nothing else", async () => {
    const { between, end } = standstill();
    const here = await receiver({ between });
    const taken: string[] = [];
    const refused: string[] = [];
    const posts = Array.from({ length: 24 }, async (_, index) => {
      const text = strangersText(here, `No. ${index}`);
      const { status, headers } = await here.meta.send(here.callbackUrl, text, {
        padToBytes: 3 * MIB,
      });
      if (status === 503) expect(headers["retry-after"]).toBe("5");
      (status === 200 ? taken : refused).push(`No. ${index}`);
    });
    await expect.poll(() => refused.length, { timeout: PATIENCE_MS }).toBe(8);
    end();
    await Promise.all(posts);
    expect([taken.length, refused.length]).toEqual([16, 8]);
    await here.quiet();
    const heard = JSON.stringify(here.heard);
    expect(taken.filter((body) => !heard.includes(`"${body}"`))).toEqual([]);
    expect(refused.filter((body) => heard.includes(`"${body}"`))).toEqual([]);
  });
});
