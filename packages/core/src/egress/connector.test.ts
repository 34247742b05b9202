import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isPublicAddress } from "./address.ts";
import { createConnector } from "./connector.ts";
import type { Lookup } from "./lookup.ts";

// On loopback, 127.0.0.1 plays the public address and 127.0.0.2 the private one.
const PUBLIC = { address: "127.0.0.1", family: 4 };
const PRIVATE = { address: "127.0.0.2", family: 4 };
const isAllowed = (ip: string) => ip === PUBLIC.address;

test("a connection goes to the address that was checked, after one look-up", async () => {
  const trap = await listen();
  const { connect, asked } = connector([[PUBLIC], [PRIVATE]]);

  expect(await connect("rebind.test", trap.port)).toBe(PUBLIC.address);
  expect(asked).toEqual(["rebind.test"]);
});

test("a name that has become private is refused at the next connection", async () => {
  const trap = await listen();
  const { connect } = connector([[PUBLIC], [PRIVATE]]);
  await connect("rebind.test", trap.port);

  await expect(connect("rebind.test", trap.port)).rejects.toMatchObject({
    code: "EGRESS_ADDRESS_BLOCKED",
  });
  expect(trap.visits).toEqual([PUBLIC.address]);
});

test.each([
  ["first", [PRIVATE, PUBLIC]],
  ["last", [PUBLIC, PRIVATE]],
])("a disallowed address is passed over when it comes %s", async (_place, answer) => {
  const trap = await listen();
  expect(await connector([answer]).connect("mixed.test", trap.port)).toBe(PUBLIC.address);
});

test("a disallowed address is not tried when the allowed one refuses", async () => {
  const trap = await listen(PRIVATE.address);
  const { connect } = connector([[PUBLIC, PRIVATE]]);

  await expect(connect("mixed.test", trap.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(trap.visits).toEqual([]);
});

test.each([
  ["only disallowed addresses", [PRIVATE]],
  ["no address at all", []],
])("a name with %s is refused", async (_what, answer) => {
  await expect(connector([answer]).connect("closed.test", 1)).rejects.toMatchObject({
    code: "EGRESS_ADDRESS_BLOCKED",
  });
});

test("a name that cannot be resolved says so, with its cause", async () => {
  const { connect } = connector([]);
  await expect(connect("none.test", 1)).rejects.toMatchObject({
    code: "EGRESS_DNS",
    cause: { code: "ENOTFOUND" },
  });
});

test("an IP address is checked although it is never looked up", async () => {
  const trap = await listen(PRIVATE.address);
  const { connect, asked } = connector([]);

  await expect(connect(PRIVATE.address, trap.port)).rejects.toMatchObject({
    code: "EGRESS_ADDRESS_BLOCKED",
  });
  expect([trap.visits, asked]).toEqual([[], []]);
});

test.each(["127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%lo", "0.0.0.0"])(
  "%s is refused by the filter in use",
  async (literal) => {
    const trap = await listen("0.0.0.0");
    const { connect } = connector([], isPublicAddress);
    await expect(connect(literal, trap.port)).rejects.toMatchObject({
      code: "EGRESS_ADDRESS_BLOCKED",
    });
    expect(trap.visits).toEqual([]);
  },
);

test("closing ends connections that are open, and keeps new ones from opening", async () => {
  const trap = await listen();
  const { connect, open, closing } = connector([[PUBLIC], [PUBLIC]]);
  await connect("open.test", trap.port);
  const closed = new Promise((resolve) => open[0]?.on("close", resolve));

  closing.abort();
  await closed;
  await expect(connect("late.test", trap.port)).rejects.toMatchObject({ code: "ABORT_ERR" });
});

/** A connector over scripted DNS answers; when they run out, names do not exist. */
function connector(
  answers: (readonly { address: string; family: number }[])[],
  filter = isAllowed,
) {
  const asked: string[] = [];
  const open: Socket[] = [];
  const closing = new AbortController();
  const lookup: Lookup = async (hostname) => {
    const answer = answers[asked.push(hostname) - 1];
    if (answer) return answer;
    throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
  };
  const dial = createConnector({ isAllowed: filter, lookup, signal: closing.signal });
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });

  /** @returns The address on the other end. */
  const connect = (hostname: string, port: number) =>
    new Promise<string | undefined>((resolve, reject) => {
      dial({ hostname, protocol: "http:", port: `${port}` }, (error, socket) => {
        if (error) return reject(error);
        open.push(socket);
        // A connection that is cut on purpose still reports why.
        socket.on("error", () => {});
        resolve(socket.remoteAddress);
      });
    });
  return { connect, asked, open, closing };
}

/** Listens on every loopback address, or on one, and notes where its visitors knocked. */
async function listen(host = "0.0.0.0") {
  const visits: (string | undefined)[] = [];
  const server = createServer((socket) => {
    visits.push(socket.localAddress);
    socket.on("error", () => {}).resume();
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  // A TCP server that listens has this shape of address.
  return { port: (server.address() as AddressInfo).port, visits };
}
