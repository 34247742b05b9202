import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createEgress, type Egress } from "./send.ts";

const MOST = 4;

function bounded(): Egress {
  const egress = createEgress({ policy: { allowPrivateNetwork: true }, connections: MOST });
  onTestFinished(egress.close);
  return egress;
}

const post = (egress: Egress, url: string) =>
  egress.send({ url, method: "POST", headers: {}, body: Buffer.from("{}") });

/** So many hosts, and how many connections they have together. */
async function hosts(count: number, answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const urls = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => {}).on("close", () => sockets.delete(socket));
        socket.on("data", () => answer(socket));
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { urls, now: () => sockets.size };
}

const hangingUp = (socket: Socket) =>
  socket.end("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
const keeping = (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");

describe("connections", () => {
  it("are no more than allowed over all hosts, and everybody is served", async () => {
    const egress = bounded();
    let busy = 0;
    let most = 0;
    const { urls } = await hosts(12, async (socket) => {
      busy += 1;
      most = Math.max(most, busy);
      await setTimeout(10);
      busy -= 1;
      hangingUp(socket);
    });
    const answers = await Promise.all([...urls, ...urls].map((url) => post(egress, url)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => "answered"));
    expect(most).toBe(MOST);
  });

  it("that idle are closed, and others have their room", async () => {
    const egress = bounded();
    const { urls, now } = await hosts(MOST + 1, keeping);
    for (const url of urls) expect(await post(egress, url)).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(now()).toBe(0), { timeout: 10_000 });
  }, 30_000);

  it("that fail leave their room", async () => {
    const egress = bounded();
    for (let round = 0; round < 3 * MOST; round += 1) {
      const answer = await post(egress, "http://127.0.0.1:9/");
      expect(answer).toMatchObject({ errorClass: "connect" });
    }
    const { urls } = await hosts(1, hangingUp);
    expect(await post(egress, urls[0] ?? "")).toMatchObject({ status: 200 });
  });

  it("that are waited for end no later than the rest when all is closed", async () => {
    const egress = bounded();
    const { urls, now } = await hosts(2 * MOST, () => {});
    const answers = Promise.all(urls.map((url) => post(egress, url)));
    await vi.waitFor(() => expect(now()).toBe(MOST));
    await egress.close();
    for (const answer of await answers) expect(answer).toMatchObject({ errorClass: "aborted" });
  });
});
