import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isId } from "../../crypto/ids.ts";
import { hashApiKey, newApiKey, parseApiKey } from "./api-key.ts";

const KEY_ID = "key_01h455vb4pex5vsknk084sn02q";

/** Worked out by another implementation: random bytes 0 to 31, CRC32 of all before it. */
const GOLDEN =
  "wk_01h455vb4pex5vsknk084sn02q_0001081g81860w40j2gb1g6gw3rg2491650n2rbhg68t3ce1t7gz2t1572a";

describe("newApiKey", () => {
  it("has the documented form", () => {
    const made = newApiKey(KEY_ID, (size) => Uint8Array.from({ length: size }, (_, i) => i));
    expect(made).toEqual({ keyId: KEY_ID, secret: GOLDEN });
  });

  it("makes a new id and 256 new random bits each time", () => {
    const made = Array.from({ length: 100 }, () => newApiKey());
    expect(made.every(({ keyId }) => isId("key_", keyId))).toBe(true);
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(100);
    expect(new Set(made.map(({ secret }) => secret.slice(30, 82))).size).toBe(100);
  });

  it("keeps the id of a key that gets a new secret", () => {
    const [before, after] = [newApiKey(KEY_ID), newApiKey(KEY_ID)];
    expect(parseApiKey(after.secret)).toEqual({ keyId: before.keyId });
    expect(after.secret).not.toBe(before.secret);
  });
});

describe("parseApiKey", () => {
  it("reads the id of every key we make", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const { keyId, secret } = newApiKey(undefined, () => bytes);
        expect(parseApiKey(secret)).toEqual({ keyId });
      }),
    );
  });

  it("refuses any single wrong character", () => {
    const accepted = Array.from(GOLDEN).flatMap((right, at) =>
      Array.from("0123456789abcdefghijklmnopqrstuvwxyz_-AZ ")
        .filter((wrong) => wrong !== right)
        .map((wrong) => GOLDEN.slice(0, at) + wrong + GOLDEN.slice(at + 1))
        .filter((text) => parseApiKey(text)),
    );
    expect(accepted).toEqual([]);
  });

  it("refuses every part of a key, and a key with more around it", () => {
    const cut = Array.from(GOLDEN, (_, length) => GOLDEN.slice(0, length));
    const padded = [`${GOLDEN}\n`, ` ${GOLDEN}`, `${GOLDEN}0`, GOLDEN.toUpperCase()];
    expect([...cut, ...padded].filter((text) => parseApiKey(text))).toEqual([]);
  });

  it.each([
    [
      "id",
      "wk_81h455vb4pex5vsknk084sn02q_0001081g81860w40j2gb1g6gw3rg2491650n2rbhg68t3ce1t7gz234mb01",
    ],
    [
      "secret",
      "wk_01h455vb4pex5vsknk084sn02q_2001081g81860w40j2gb1g6gw3rg2491650n2rbhg68t3ce1t7gz1krps2g",
    ],
  ])("refuses a %s out of range, though its checksum is right", (_, text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  it("never throws and accepts nothing made up", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseApiKey(text)).toBeUndefined();
        expect(parseApiKey(`wk_${text}`)).toBeUndefined();
      }),
    );
  });
});

describe("hashApiKey", () => {
  const pepper = new Uint8Array(32);

  it("shows nothing of the key and depends on the pepper", () => {
    const hash = hashApiKey(pepper, GOLDEN);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(GOLDEN).not.toContain(hash);
    expect(
      hashApiKey(
        pepper.map(() => 1),
        GOLDEN,
      ),
    ).not.toBe(hash);
  });

  it("tells apart two secrets of one key", () => {
    const other = newApiKey(KEY_ID).secret;
    expect(hashApiKey(pepper, other)).not.toBe(hashApiKey(pepper, GOLDEN));
  });
});
