import { describe, expect, it } from "vitest";
import type { ConnectedNumber } from "../connections/waba.ts";
import { newId } from "../crypto/ids.ts";
import { confirmLink, readLink } from "./link.ts";

const NOW = Date.parse("2026-05-11T10:30:00.000Z");
const DAY_MS = 24 * 60 * 60 * 1000;

const secretOf = (seed: number) => ({
  derive: (label: string) => Buffer.concat([Buffer.alloc(32, seed), Buffer.from(label)]),
  isCurrent: true,
});
const parts = {
  rootSecret: secretOf(1),
  pagesUrl: "https://app.example.com/wa/connect",
  clock: { now: () => NOW, schedule: () => () => {} },
};
const connectionId = newId("conn_");
// A link is made of nothing else.
const number = { connectionId, heartbeatLastConfirmedAt: NOW - 10 * DAY_MS } as ConnectedNumber;

const tokenOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);

describe("a link", () => {
  const link = confirmLink(parts, number);

  it("leads to the page, and holds for 30 days", () => {
    expect(link.url.startsWith("https://app.example.com/wa/connect/heartbeat/conn_")).toBe(true);
    expect(link.expiresAt).toBe(NOW + 30 * DAY_MS);
  });

  it("says of which number and period it is", () => {
    expect(readLink(parts, tokenOf(link.url))).toEqual({
      connectionId,
      confirmedAt: NOW - 10 * DAY_MS,
      expiresAt: NOW + 30 * DAY_MS,
    });
  });

  it("is not one of ours once a single character of it is another", () => {
    const token = tokenOf(link.url);
    for (const index of token.split("").keys()) {
      const other = token[index] === "0" ? "1" : "0";
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      expect(readLink(parts, changed), changed).toBeUndefined();
    }
  });

  it.each(["", "x", "....", "conn_1.2.3.", `${"a".repeat(10_000)}`])(
    "is not one of ours when it is %.20s",
    (token) => {
      expect(readLink(parts, token)).toBeUndefined();
    },
  );

  it("of another installation is none of ours", () => {
    expect(readLink({ rootSecret: secretOf(2) }, tokenOf(link.url))).toBeUndefined();
  });
});
