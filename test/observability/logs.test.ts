import type { Logger } from "@wabakit/core";
import { pino } from "pino";
import { expect, it } from "vitest";
import { tellStory } from "./story.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** A logger as the examples use it, and what it has written by level. */
function writing() {
  const lines: { readonly level: string; readonly text: string }[] = [];
  const destination = {
    write(text: string) {
      lines.push({ level: String(JSON.parse(text).level), text });
    },
  };
  const serializers = { error: pino.stdSerializers.err };
  const formatters = { level: (level: string) => ({ level }) };
  const logger: Logger = pino({ level: "debug", serializers, formatters }, destination);
  return { logger, lines };
}

it("no log holds a secret or what somebody wrote, and none above debug a phone number", async () => {
  const { logger, lines } = writing();
  const story = await tellStory({ logger });
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(["warn"]));
  for (const { text } of lines) {
    for (const canary of [...story.secrets, ...story.bodies]) expect(text).not.toContain(canary);
  }
  for (const { text } of lines.filter(({ level }) => level !== "debug")) {
    for (const number of story.phoneNumbers) expect(text).not.toContain(number);
  }
});

it.each(LEVELS)("what others wrote is discreet at %s", async (level) => {
  const { discreetLogger } = await import("../../packages/core/src/telemetry/discreet-logger.ts");
  const { logger, lines } = writing();
  const cause = Object.assign(new Error("+1 555 012 3456 with EAAsecret0123456"), {
    details: [{ text: "to 15550123456, Bearer abcdefghijkl" }],
  });
  discreetLogger(logger)[level]({ error: new TypeError("15550123456", { cause }) }, "it failed");
  const [line] = lines;
  expect(line?.level).toBe(level);
  expect(line?.text).toContain("TypeError");
  expect(line?.text).not.toMatch(/EAAsecret|abcdefghijkl/);
  const hasNumber = /15550123456|555 012 3456/.test(line?.text ?? "");
  expect(hasNumber).toBe(level === "debug");
});
