import { expect, test, vi } from "vitest";
import { redisConnection } from "./redis-connection.ts";

/** A host's client whose duplicates answer as told. */
function clientThat(answer: (command: readonly string[]) => Promise<unknown>) {
  const links: { isOpen: boolean; closed: number }[] = [];
  let connecting: Promise<unknown> = Promise.resolve();
  const client = {
    isReady: true,
    isOpen: true,
    duplicate() {
      const link = { isOpen: true, closed: 0 };
      links.push(link);
      return {
        ...client,
        get isReady() {
          return link.isOpen;
        },
        get isOpen() {
          return link.isOpen;
        },
        connect: () => connecting,
        sendCommand: answer,
        destroy() {
          link.isOpen = false;
          link.closed += 1;
        },
      };
    },
    connect: async () => {},
    sendCommand: answer,
    destroy() {},
    on() {},
  };
  const connectWith = (promise: Promise<unknown>) => {
    connecting = promise;
  };
  return { client, links, connectWith };
}

const DEADLINES = { connectMs: 30, answerMs: 30 };
const never = () => new Promise<never>(() => {});

test("commands share one connection, until it is lost", async () => {
  const { client, links } = clientThat(async () => "OK");
  const { send } = redisConnection(client, DEADLINES);
  await Promise.all([send(["A"]), send(["B"])]);
  await send(["C"]);
  expect(links).toHaveLength(1);
  for (const link of links) link.isOpen = false;
  expect(await send(["D"])).toBe("OK");
  expect(links).toHaveLength(2);
});

test("a connection that is late is closed, and the next command opens another", async () => {
  const answer = vi.fn<() => Promise<unknown>>(async () => "OK").mockImplementationOnce(never);
  const { client, links } = clientThat(answer);
  const { send } = redisConnection(client, DEADLINES);
  await expect(send(["A"])).rejects.toMatchObject({ late: true });
  expect(links.map(({ closed }) => closed)).toEqual([1]);
  expect(await send(["B"])).toBe("OK");
});

test("a refusal leaves the connection as it is", async () => {
  const { client, links } = clientThat(async () => {
    throw new Error("OOM command not allowed");
  });
  const { send } = redisConnection(client, DEADLINES);
  await expect(send(["A"])).rejects.toThrow("OOM");
  await expect(send(["B"])).rejects.toThrow("OOM");
  expect(links).toEqual([{ isOpen: true, closed: 0 }]);
});

test("one that is made, but not answered on, is given up, and tried again", async () => {
  const { client, links, connectWith } = clientThat(async () => "OK");
  const { send } = redisConnection(client, DEADLINES);
  connectWith(never());
  await expect(send(["A"])).rejects.toThrow("Redis cannot be reached");
  expect(links.map(({ closed }) => closed)).toEqual([1]);
  connectWith(Promise.resolve());
  expect(await send(["B"])).toBe("OK");
});

test("one that comes after the end is closed at once", async () => {
  const { client, links, connectWith } = clientThat(async () => "OK");
  const { promise, resolve } = Promise.withResolvers<void>();
  connectWith(promise);
  const connection = redisConnection(client, { ...DEADLINES, connectMs: 10_000 });
  const answer = connection.send(["A"]).catch(() => {});
  connection.close();
  resolve();
  await answer;
  expect(links.map(({ closed }) => closed)).toEqual([1]);
});
