import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { dnsLookup, systemLookup } from "./lookup.ts";

/** Addresses by name; `"silent"` never answers, a missing name does not exist. */
type Zone = Readonly<Record<string, { v4?: readonly number[]; v6?: readonly number[] } | "silent">>;

const V4 = [192, 0, 2, 7];
const V6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];

test("a host's addresses of both kinds are found, and nothing outside DNS is asked", async () => {
  const lookup = await lookupIn({ localhost: { v4: V4, v6: V6 } });
  expect(await lookup("localhost")).toEqual([
    { address: "192.0.2.7", family: 4 },
    { address: "2001:db8::9", family: 6 },
  ]);
});

test.each([
  ["IPv4", { v4: V4 }, "192.0.2.7"],
  ["IPv6", { v6: V6 }, "2001:db8::9"],
])("a host with %s only is found", async (_kind, records, address) => {
  const lookup = await lookupIn({ "one.test": records });
  expect(await lookup("one.test")).toMatchObject([{ address }]);
});

test("a host that does not exist is an error", async () => {
  const lookup = await lookupIn({});
  await expect(lookup("none.test")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("hosts whose name server is silent do not hold up another", async () => {
  const lookup = await lookupIn({ "silent.test": "silent", "good.test": { v4: V4, v6: V6 } });
  let givenUp = 0;
  const giveUp = () => {
    givenUp++;
  };
  for (let started = 0; started < 50; started++) lookup("silent.test").catch(giveUp);

  expect(await lookup("good.test")).toHaveLength(2);
  expect(givenUp).toBe(0);
});

test("the machine's own lookup knows its hosts file", async () => {
  const addresses = (await systemLookup("localhost")).map(({ address }) => address);
  expect(["127.0.0.1", "::1"]).toEqual(expect.arrayContaining(addresses));
});

async function lookupIn(zone: Zone) {
  const server = createSocket("udp4");
  server.on("message", (query, from) => {
    const reply = answer(zone, query);
    if (reply) server.send(reply, from.port, from.address);
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return dnsLookup([`127.0.0.1:${server.address().port}`]);
}

/** A name server's answer to one question (RFC 1035, section 4), without compression. */
function answer(zone: Zone, query: Buffer): Buffer | undefined {
  const { name, end } = readName(query);
  const records = zone[name];
  if (records === "silent") return undefined;

  const address = query.readUInt16BE(end) === 1 ? records?.v4 : records?.v6;
  const question = query.subarray(12, end + 4);
  const header = Buffer.from([
    0,
    0,
    0x81,
    records ? 0x80 : 0x83,
    0,
    1,
    0,
    address ? 1 : 0,
    0,
    0,
    0,
    0,
  ]);
  query.copy(header, 0, 0, 2);
  if (!address) return Buffer.concat([header, question]);

  const seconds = [0, 0, 0, 60];
  const data = Buffer.from([...seconds, 0, address.length, ...address]);
  return Buffer.concat([header, question, question, data]);
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}
