import { createHub, type HubOptions } from "@wabakit/core";
import { describe, expect, test } from "vitest";
import { type Node, nodesOn, sharedMemory, twoStores } from "../api/nodes.ts";
import { services } from "../store/services.ts";

const limits = { reads: { max: 100, perMs: 60_000 } };

/** So many reads, from every node in turn, all at once. */
async function readFrom(nodes: readonly Node[], requests: number): Promise<readonly number[]> {
  const answers = await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      nodes[index % nodes.length]?.send("GET", "/webhook-endpoints"),
    ),
  );
  return answers.map((answer) => answer?.status ?? 0);
}

const count = (statuses: readonly number[], status: number) =>
  statuses.filter((one) => one === status).length;

test("two nodes on one store grant one limit together, to the request", async () => {
  const memory = await sharedMemory();
  const nodes = await nodesOn([() => memory, () => memory], { limits });
  const statuses = await readFrom(nodes, 300);
  expect([count(statuses, 200), count(statuses, 429)]).toEqual([100, 200]);
});

describe.each(services)("on $connect", ({ url, ...service }) => {
  test.skipIf(!url)("two nodes grant one limit together, to the request", async () => {
    const options: Partial<HubOptions> = { limits, durable: false };
    const nodes = await nodesOn(twoStores({ url, ...service }), options);
    const statuses = await readFrom(nodes, 300);
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([100, 200]);
  });
});

test("limits that make no sense are named", () => {
  const wrong = { write: false, reads: { max: 0, perMs: 10 } };
  // What a program without types would give.
  const options = { store: new Map(), limits: wrong } as unknown as HubOptions;
  expect(() => createHub(options)).toThrow(/limits\.reads.*\n.*limits\.write:/s);
});
