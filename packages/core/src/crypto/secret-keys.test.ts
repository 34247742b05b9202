import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createRing, HOW_TO_MAKE_A_KEY } from "./ring.ts";
import { parseSecretKeys } from "./secret-keys.ts";

const a = Buffer.alloc(32, 0xfb);
const b = Buffer.alloc(32, 0xff);

describe("parseSecretKeys", () => {
  it("reads base64 and base64url, padded or not, in order", () => {
    const text = ` ${a.toString("base64")},${b.toString("base64url")} ,\n${b.toString("base64")}\n`;
    expect(parseSecretKeys(text)).toEqual([a, b, b]);
  });

  it("reads the key that the advice in our messages makes", () => {
    const script = /node -p "(.*)"$/.exec(HOW_TO_MAKE_A_KEY)?.[1] ?? "";
    const made = execFileSync(process.execPath, ["-p", script], { encoding: "utf8" });
    expect(() => createRing(parseSecretKeys(made))).not.toThrow();
  });

  it.each([
    ["nothing", "", /position 1: empty/],
    ["a trailing comma", `${a.toString("base64")},`, /position 2: empty/],
    ["hex with spaces", `${a.toString("base64")},fb fb`, /position 2: not base64/],
    ["padding in the middle", "AA==AA", /position 1: not base64/],
    ["two mistakes", "!,AAAA,", /position 1: not base64.*position 3: empty/],
  ])("refuses %s, saying where", (_, text, message) => {
    expect(() => parseSecretKeys(text)).toThrow(message);
    expect(() => parseSecretKeys(text)).toThrow(HOW_TO_MAKE_A_KEY);
  });

  it("repeats no part of a key in its message", () => {
    expect(() => parseSecretKeys("sensitive!")).not.toThrow(/sensitive/);
  });
});
