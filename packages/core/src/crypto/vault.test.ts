import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import type { Place } from "./place.ts";
import { createVault } from "./vault.ts";

const CANARY = "EAAG-canary-é";
const PLACE: Place = { organizationId: "org_1", record: "waba:1:2", field: "accessToken" };

/** Worked out by another implementation from the description of the format, not by this code. */
const GOLDEN =
  "v1.oRJ_IU2Tp8jK.AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD75Bgg6vQPAvpqMZaJ06VNxJ2BX7Mi2PZk_IJyAjmvFGlxlb1ANjmhrJfI9InMq4Z.AgICAgICAgICAgIC.QpeIDmc0oJOyvsXlnw4.PMQ239-lpT0JRJ-BZd6_zA";

const oldKey = new Uint8Array(32).fill(7);
const newKey = new Uint8Array(32).fill(8);
const vault = createVault([oldKey]);
const rotated = createVault([newKey, oldKey]);

describe("a sealed secret", () => {
  it("has the documented format", () => {
    let drawn = 0;
    const counting = createVault([oldKey], (size) => new Uint8Array(size).fill(++drawn));
    expect(counting.seal(CANARY, PLACE)).toBe(GOLDEN);
    expect(vault.open(GOLDEN, PLACE)).toBe(CANARY);
  });

  it("comes back as it was, whatever text it is and wherever it lives", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, text, text, (secret, organizationId, record, field) => {
        const place = { organizationId, record, field };
        expect(vault.open(vault.seal(secret, place), place)).toBe(secret);
      }),
    );
  });

  it.each(["", "\ufeffbyte order mark", "\0", "x".repeat(100_000)])("may be %j", (secret) => {
    expect(vault.open(vault.seal(secret, PLACE), PLACE)).toBe(secret);
  });

  it("is refused where it would come back changed", () => {
    expect(failureOf(() => vault.seal("\ud800", PLACE))?.code).toBe("invalid_request");
  });

  it("does not show the secret, in no encoding", () => {
    const sealed = vault.seal(CANARY, PLACE);
    const haystack = [sealed, ...sealed.split(".").map((part) => Buffer.from(part, "base64url"))];
    for (const part of haystack) {
      expect(part.includes("canary")).toBe(false);
      expect(part.includes(Buffer.from("canary").toString("hex"))).toBe(false);
      expect(part.includes(Buffer.from(CANARY).toString("base64url"))).toBe(false);
    }
  });

  it("never looks the same twice", () => {
    const parts = Array.from({ length: 50 }, () => vault.seal(CANARY, PLACE).split("."));
    for (const field of [2, 3, 4, 5]) {
      expect(new Set(parts.map((fields) => fields[field])).size).toBe(50);
    }
  });
});

describe("a sealed secret that was tampered with", () => {
  const sealed = vault.seal(CANARY, PLACE);

  it("is unreadable after any flip of a bit of its text", () => {
    const flip = (bit: number) => sealed.charCodeAt(bit >> 3) ^ (1 << (bit & 7));
    const flipped = Array.from({ length: sealed.length * 8 }, (_, bit) =>
      [
        sealed.slice(0, bit >> 3),
        String.fromCharCode(flip(bit)),
        sealed.slice((bit >> 3) + 1),
      ].join(""),
    );
    expect(flipped.filter((text) => !isUnreadable(text))).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])(
    "is unreadable after any flip of a bit of the bytes of field %i",
    (at) => {
      const fields = sealed.split(".");
      const bytes = Buffer.from(fields[at] ?? "", "base64url");
      const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return fields.with(at, changed.toString("base64url")).join(".");
      });
      expect(new Set(flipped).size).toBe(bytes.length * 8);
      expect(flipped.filter((text) => !isUnreadable(text))).toEqual([]);
    },
  );

  it("is unreadable when cut anywhere, or followed by anything", () => {
    const cut = Array.from(sealed, (_, length) => sealed.slice(0, length));
    const extended = [".", "A", "=", "\n", " ", ".AAAA"].map((tail) => sealed + tail);
    expect([...cut, ...extended].filter((text) => !isUnreadable(text))).toEqual([]);
  });

  it.each([0, 4, 8, 12, 13, 14, 15])("is unreadable with its tag cut to %i bytes", (length) => {
    const fields = sealed.split(".");
    const tag = Buffer.from(fields[5] ?? "", "base64url").subarray(0, length);
    expect(isUnreadable(fields.with(5, tag.toString("base64url")).join("."))).toBe(true);
  });

  it.each(["organizationId", "record", "field"] as const)("is unreadable at another %s", (part) => {
    expect(isUnreadable(sealed, { ...PLACE, [part]: `${PLACE[part]}x` })).toBe(true);
    expect(isUnreadable(sealed, { ...PLACE, [part]: "" })).toBe(true);
  });

  it("is unreadable at a place whose parts only join to the same text", () => {
    expect(isUnreadable(sealed, { ...PLACE, organizationId: "org_1w", record: "aba:1:2" })).toBe(
      true,
    );
  });

  it("is unreadable when a part is swapped with that of another place or an earlier secret", () => {
    const fields = sealed.split(".");
    const earlier = vault.seal(CANARY, PLACE).split(".");
    const elsewhere = vault.seal(CANARY, { ...PLACE, record: "waba:1:3" }).split(".");
    for (const field of [2, 3, 4, 5]) {
      expect(isUnreadable(fields.with(field, earlier[field] ?? "").join("."))).toBe(true);
      expect(isUnreadable(fields.with(field, elsewhere[field] ?? "").join("."))).toBe(true);
    }
  });

  it("is unreadable under another version", () => {
    for (const version of ["v0", "v2", "V1", "", "v1 "]) {
      expect(isUnreadable(sealed.replace("v1", version))).toBe(true);
    }
  });

  it("is never taken for plaintext, nor shown in the message", () => {
    expect(isUnreadable(CANARY)).toBe(true);
    expect(isUnreadable(`v1.${CANARY}.AAAA.AAAA.AAAA.AAAA`)).toBe(true);
  });
});

describe("a ring that rotates", () => {
  const sealed = vault.seal(CANARY, PLACE);

  it("opens with the new ring what the old one sealed", () => {
    expect(rotated.open(sealed, PLACE)).toBe(CANARY);
    expect(vault.isCurrent(sealed)).toBe(true);
    expect(rotated.isCurrent(sealed)).toBe(false);
  });

  it("seals with the newest key", () => {
    const fresh = rotated.seal(CANARY, PLACE);
    expect(rotated.isCurrent(fresh)).toBe(true);
    expect(createVault([newKey]).open(fresh, PLACE)).toBe(CANARY);
  });

  it("re-wraps without touching the ciphertext, so that the old key can go", () => {
    const rewrapped = rotated.rewrap(sealed, PLACE);
    expect(rewrapped.split(".").slice(3)).toEqual(sealed.split(".").slice(3));
    expect(rotated.isCurrent(rewrapped)).toBe(true);
    expect(createVault([newKey]).open(rewrapped, PLACE)).toBe(CANARY);
    expect(rotated.rewrap(rewrapped, PLACE)).toBe(rewrapped);
  });

  it("does not re-wrap for another place", () => {
    const elsewhere = { ...PLACE, organizationId: "org_2" };
    const failure = failureOf(() => rotated.rewrap(sealed, elsewhere));
    expect(failure?.code).toBe("secret_unreadable");
  });

  it("binds the wrapped key to the name of its ring key", () => {
    const fields = sealed.split(".");
    const renamed = fields.with(1, rotated.seal("", PLACE).split(".")[1] ?? "").join(".");
    expect(failureOf(() => rotated.open(renamed, PLACE))?.code).toBe("secret_unreadable");
  });

  it("names the key that is missing", () => {
    const failure = failureOf(() => createVault([newKey]).open(sealed, PLACE));
    expect(failure).toMatchObject({ code: "secret_unreadable", status: 500, type: "internal" });
    expect(failure?.message).toContain(sealed.split(".")[1]);
    expect(failure?.message).toContain("which is missing from secretKeys");
  });

  it("takes nothing unsealed for current", () => {
    expect(vault.isCurrent(CANARY)).toBe(false);
    expect(vault.isCurrent("")).toBe(false);
  });
});

function isUnreadable(sealed: string, place = PLACE): boolean {
  const failure = failureOf(() => vault.open(sealed, place));
  expect(failure?.message).not.toContain("canary");
  return failure?.code === "secret_unreadable";
}

function failureOf(attempt: () => unknown): Failure | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return undefined;
}
