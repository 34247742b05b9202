import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { tokenPlace } from "../../packages/core/src/connections/waba.ts";
import type { Place } from "../../packages/core/src/crypto/place.ts";
import { createVault } from "../../packages/core/src/crypto/vault.ts";
import { secretPlace } from "../../packages/core/src/delivery/endpoint-secret.ts";
import { drainScene } from "../delivery/drain-scene.ts";

const key = randomBytes(32);
const [vault, rotated] = [createVault([key]), createVault([randomBytes(32), key])];

/** Every kind of place there is, and its neighbours in organization, record and field. */
const PLACES: readonly Place[] = [
  ...["org_1", "org_2"].flatMap((organizationId) => [
    ...["1", "12"].flatMap((appId) =>
      ["23", "3"].map((wabaId) => tokenPlace({ organizationId, appId, wabaId })),
    ),
    ...["whe_1", "whe_2", "waba:1:23"].map((id) => secretPlace(organizationId, id)),
  ]),
  { organizationId: "", record: "root-secret", field: "sealed" },
];

test("a secret opens, and is sealed anew, at its own place and at none of the others", () => {
  for (const place of PLACES) {
    const sealed = vault.seal("secret", place);
    const opening = PLACES.filter((other) => succeeds(() => vault.open(sealed, other)));
    const resealing = PLACES.filter((other) => succeeds(() => rotated.rewrap(sealed, other)));
    expect([opening, resealing]).toEqual([[place], [place]]);
  }
});

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "secret_unreadable" });
    return false;
  }
}

/** Every text that differs from this one by a bit of a character. */
function bitFlips(text: string): readonly string[] {
  return Array.from({ length: text.length * 8 }, (_, bit) => {
    const [at, mask] = [bit >> 3, 1 << (bit & 7)];
    return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ mask) + text.slice(at + 1);
  });
}

/** The sealed text with one of its fields replaced; the ring's own id is field 1. */
function withField(sealed: string, field: number, change: (bytes: Buffer) => Buffer): string {
  const fields = sealed.split(".");
  const bytes = Buffer.from(fields[field] ?? "", "base64url");
  return fields.with(field, change(bytes).toString("base64url")).join(".");
}

test("a secret that was changed by a bit is not made readable by sealing it anew", () => {
  const place = secretPlace("org_1", "whe_1");
  const changed = bitFlips(vault.seal("secret", place));
  const readable = changed.filter((sealed) =>
    succeeds(() => rotated.open(rotated.rewrap(sealed, place), place)),
  );
  expect(readable).toEqual([]);
});

describe("a delivery is not sent", () => {
  test("when any bit of the endpoint's sealed secret was changed", async () => {
    const here = await sceneWithDelivery();
    const [sealed = ""] = here.endpoint.secrets;
    for (const changed of bitFlips(sealed)) await here.expectNothingSentWith(changed);
    await here.expectSentWith(sealed);
  });

  test("when the secret was cut, or claims another version", async () => {
    const here = await sceneWithDelivery();
    const [sealed = ""] = here.endpoint.secrets;
    for (const length of [0, 4, 8, 12, 15]) {
      await here.expectNothingSentWith(withField(sealed, 5, (tag) => tag.subarray(0, length)));
    }
    for (const version of ["v0", "v2", ""]) {
      await here.expectNothingSentWith(sealed.replace(/^v1/, version));
    }
    await here.expectSentWith(sealed);
  });

  test("when the secret is that of another endpoint or organization, or is not sealed", async () => {
    const here = await sceneWithDelivery();
    const own = createVault([Buffer.alloc(32, 9)]);
    const { id } = here.endpoint;
    for (const place of [secretPlace("org_1", "whe_2"), secretPlace("org_2", id)]) {
      await here.expectNothingSentWith(own.seal(SECRET, place));
    }
    await here.expectNothingSentWith(own.seal(SECRET, { ...secretPlace("org_1", id), field: "x" }));
    await here.expectNothingSentWith(SECRET);
    await here.expectSentWith(own.seal(SECRET, secretPlace("org_1", id)));
  });
});

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

async function sceneWithDelivery() {
  const here = await drainScene();
  await here.add("evt_1");
  const runWith = async (sealed: string) => {
    await here.put({ ...here.endpoint, secrets: [sealed] });
    return here.run();
  };
  return {
    ...here,
    async expectNothingSentWith(sealed: string) {
      await expect(runWith(sealed)).rejects.toMatchObject({ code: "secret_unreadable" });
      expect(here.sent).toEqual([]);
    },
    async expectSentWith(sealed: string) {
      await runWith(sealed);
      expect(here.sent).toHaveLength(1);
    },
  };
}
