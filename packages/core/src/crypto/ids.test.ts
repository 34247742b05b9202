import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_PREFIXES, idToUuid, isId, newId, siblingIds, uuidToId } from "./ids.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("newId", () => {
  it.each(ID_PREFIXES)("writes a random UUID v4 behind %s", (prefix) => {
    const id = newId(prefix);
    expect(id).toMatch(new RegExp(`^${prefix}[0-7][0-9a-hjkmnp-tv-z]{25}$`));
    expect(isId(prefix, id)).toBe(true);
    expect(idToUuid(id)).toMatch(UUID_V4);
  });

  it("never repeats itself, not even when its randomness is refilled", () => {
    const ids = Array.from({ length: 5_000 }, () => newId("evt_"));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("uses every bit that version and variant leave free", () => {
    const bits = Array.from({ length: 200 }, () => BigInt(`0x${bareUuid(newId("evt_"))}`));
    const ever = bits.reduce((all, one) => all | one);
    const always = bits.reduce((all, one) => all & one);
    expect(ever).toBe(0xffffffffffff4fffbfffffffffffffffn);
    expect(always).toBe(0x00000000000040008000000000000000n);
  });
});

describe("siblingIds", () => {
  it("writes random UUIDs v4 with their first half in common", () => {
    const nextId = siblingIds("evt_");
    const uuids = Array.from({ length: 1_000 }, () => idToUuid(nextId()));
    expect(uuids.filter((uuid) => !UUID_V4.test(uuid))).toEqual([]);
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(new Set(uuids.map((uuid) => uuid.slice(0, 18))).size).toBe(1);
  });

  it("has another half for others, and uses every bit that is free", () => {
    const families = Array.from({ length: 200 }, () => siblingIds("evt_"));
    const bits = families.map((nextId) => BigInt(`0x${bareUuid(nextId())}`));
    const ever = bits.reduce((all, one) => all | one);
    const always = bits.reduce((all, one) => all & one);
    expect(ever).toBe(0xffffffffffff4fffbfffffffffffffffn);
    expect(always).toBe(0x00000000000040008000000000000000n);
  });
});

describe("isId", () => {
  const id = "conn_01h455vb4pex5vsknk084sn02q";

  it("accepts the one canonical spelling", () => {
    expect(isId("conn_", id)).toBe(true);
  });

  it.each([
    ["another prefix", "sess_01h455vb4pex5vsknk084sn02q"],
    ["no prefix", "01h455vb4pex5vsknk084sn02q"],
    ["upper case", "conn_01H455VB4PEX5VSKNK084SN02Q"],
    ["an upper-case prefix", "CONN_01h455vb4pex5vsknk084sn02q"],
    ["a digit too few", id.slice(0, -1)],
    ["a digit too many", `${id}0`],
    ["more than 128 bits", "conn_81h455vb4pex5vsknk084sn02q"],
    ["an o for a zero", "conn_o1h455vb4pex5vsknk084sn02q"],
    ["a line break", `${id}\n`],
    ["nothing", ""],
  ])("refuses %s", (_, text) => {
    expect(isId("conn_", text)).toBe(false);
  });
});

describe("ids and UUIDs", () => {
  it.each([
    ["01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"],
    ["00000000000000000000000000", "00000000-0000-0000-0000-000000000000"],
    ["7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
  ])("show %s as %s and back", (digits, uuid) => {
    expect(idToUuid(`msg_${digits}`)).toBe(uuid);
    expect(uuidToId("msg_", uuid)).toBe(`msg_${digits}`);
    expect(uuidToId("msg_", uuid.toUpperCase())).toBe(`msg_${digits}`);
  });

  it("are two spellings of the same value", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(...ID_PREFIXES), (uuid, prefix) => {
        expect(idToUuid(uuidToId(prefix, uuid) ?? "")).toBe(uuid);
      }),
    );
  });

  it.each([
    "",
    "01890a5dac96774bbcceb302099a8057",
    "01890a5d-ac96-774b-bcce-b302099a805",
    "01890a5d-ac96-774b-bcce-b302099a805g",
    "{01890a5d-ac96-774b-bcce-b302099a8057}",
    "01890a5d-ac96-774b-bcce-b302099a8057\n",
  ])("make no id of %j", (text) => {
    expect(uuidToId("msg_", text)).toBeUndefined();
  });

  it.each(["", "msg_", "wk_01h455vb4pex5vsknk084sn02q", "msg_81h455vb4pex5vsknk084sn02q"])(
    "refuse to show %j, which is no id",
    (text) => {
      expect(() => idToUuid(text)).toThrow(RangeError);
    },
  );
});

function bareUuid(id: string): string {
  return idToUuid(id).replaceAll("-", "");
}
