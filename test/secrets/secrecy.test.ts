import { randomUUID } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { eventually } from "../delivery/scene.ts";
import { type Canary, findCanaries, spellingsOf } from "./canary.ts";
import { DUMPED_PLACES, SKIPPED_PLACES } from "./dumps.ts";
import { story, told } from "./story.ts";

for (const skipped of SKIPPED_PLACES) test.skip(`skipped on ${skipped}`, () => {});

describe.each(Object.entries(DUMPED_PLACES))("on %s", (_, openPlace) => {
  test("no secret stands in a dump of the store, while the hub runs or afterwards", async () => {
    const { keyv, dump } = await openPlace();
    const { hub, canaries, endpointId } = await story(keyv);
    const attempted = "delivery:org_";
    await eventually(async () => expect((await dump()).includes(attempted)).toBe(true));
    const running = await dump();
    expect(running.includes(endpointId)).toBe(true);
    expect(findCanaries(canaries, running)).toEqual([]);
    await hub.stop();
    expect(findCanaries(canaries, await dump())).toEqual([]);
  });

  test("a secret that stands there is found, however it is written", async () => {
    const { keyv, dump } = await openPlace();
    const plant = (): Canary => ({ name: "it", text: `${randomUUID()}"\\+/=&% of a customer` });
    const plain = (canary: Canary) =>
      spellingsOf(canary).filter(({ name }) => !name.includes("deep in JSON"));
    for (const [index, { name }] of plain(plant()).entries()) {
      // A new one each time: what was deleted may still lie in a file.
      const planted = plant();
      expect(findCanaries([planted], await dump()), name).toEqual([]);
      await keyv.set("planted", `${plain(planted)[index]?.bytes}`);
      expect(findCanaries([planted], await dump()), name).not.toEqual([]);
    }
  });

  test("no secret is in a log, in what is thrown, in an answer, or in a delivery", async () => {
    const { keyv } = await openPlace();
    const { canaries, log, thrown, answers, customer } = await story(keyv);
    expect(log()).not.toBe("");
    expect(findCanaries(canaries, log())).toEqual([]);

    const words = thrown.map(told).join("\n");
    expect(words).toContain("Cannot use");
    expect(findCanaries(canaries, words)).toEqual([]);

    expect(answers.map((answer) => answer.slice(0, 3)).sort()).toEqual([
      ...Array(8).fill("200"),
      ...Array(4).fill("401"),
    ]);
    expect(findCanaries(canaries, answers.join("\n"))).toEqual([]);

    const requests = customer.received.map(({ path, headers, body }) => [path, headers, `${body}`]);
    // An endpoint gets its own headers, which it has given.
    const others = canaries.filter(({ name }) => name !== "header of an endpoint");
    expect(findCanaries(others, JSON.stringify(requests))).toEqual([]);
  });

  test("a signing secret is shown when it is made, and never again", async () => {
    const { keyv } = await openPlace();
    const { hub, canaries, endpointId, connectionId, signingSecret, shownSecret } =
      await story(keyv);
    expect(shownSecret).toBe(signingSecret);
    const shown = await Promise.all([
      hub.webhookEndpoints.get(endpointId),
      hub.webhookEndpoints.list(),
      hub.connections.get(connectionId),
      hub.connections.list(),
    ]);
    expect(shown).toMatchObject([
      { id: endpointId },
      { data: [{}, {}, {}] },
      {},
      { data: [{}, {}, {}, {}] },
    ]);
    expect(findCanaries(canaries, JSON.stringify(shown))).toEqual([]);
  });
});

describe("the search", () => {
  const bytes = Buffer.from("00fb10ff7f20a1b2c3d4e5f60718293a", "hex");
  const canary: Canary = { name: "key", text: bytes.toString("base64"), bytes };

  test.each(spellingsOf(canary).map((spelling) => [spelling.name, spelling.bytes] as const))(
    "finds a secret as %s, and only as a whole",
    (name, spelled) => {
      const around = (middle: Buffer) =>
        Buffer.concat([Buffer.from("<<"), middle, Buffer.from(">>")]);
      expect(findCanaries([canary], around(spelled))).toContain(`key as ${name}`);
      expect(findCanaries([canary], around(spelled.subarray(1, -4)))).toEqual([]);
    },
  );

  test("finds one inside a compressed block", () => {
    const text = JSON.stringify({ bodies: Array(50).fill(`the ${canary.text} of a customer`) });
    const block = zstdCompressSync(text).toString("base64");
    expect(block.length).toBeLessThan(text.length / 4);
    expect(findCanaries([canary], `{"pack":"${block}"}`)).toContain("key as text");
  });

  test("finds one inside longer base64", () => {
    for (const before of ["", "a", "ab", "abc"]) {
      const text = Buffer.concat([Buffer.from(before), bytes, Buffer.from("z")]).toString("base64");
      expect(findCanaries([canary], text).join()).toMatch(/key as bytes in base64, /);
    }
  });
});
