import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { isPublicAddress } from "../../packages/core/src/egress/address.ts";
import { createEgress } from "../../packages/core/src/egress/send.ts";
import { checkUrl } from "../../packages/core/src/egress/url.ts";
import { PRIVATE_ADDRESSES, PRIVATE_HOSTS } from "./private-places.ts";
import { REBOUND, TRAP, trap } from "./private-scene.ts";

const strict = { allowPrivateNetwork: false };

describe("a URL into a private place", () => {
  it.each(PRIVATE_HOSTS)("is refused when it is given: %s", (host) => {
    for (const url of [`https://${host}/`, `https://${host}:8443/a`, `https://${host}./`]) {
      expect(() => checkUrl(url, strict), url).toThrow(
        expect.objectContaining({ code: "invalid_webhook_url" }),
      );
    }
  });
});

describe("a name that leads to a private place", () => {
  it.each(PRIVATE_ADDRESSES)("is not dialled: %s", async (address) => {
    const asked: string[] = [];
    const egress = createEgress({
      policy: strict,
      async lookup(hostname) {
        asked.push(hostname);
        return [{ address, family: isIP(address) }];
      },
    });
    onTestFinished(egress.close);
    const answer = await egress.send({ url: REBOUND, method: "POST", headers: {} });
    expect(answer).toMatchObject({ outcome: "failed", errorClass: "address_blocked" });
    expect(JSON.stringify(answer)).not.toContain(address);
    expect(asked).toEqual(["rebound.example.com"]);
  });

  it("is not dialled where it leads to several, also when it is asked again", async () => {
    const visits = await trap();
    const answers = [TRAP, ...["10.0.0.1", "::1"].map((ip) => ({ address: ip, family: isIP(ip) }))];
    const egress = createEgress({ policy: strict, lookup: async () => answers });
    onTestFinished(egress.close);
    for (const method of ["GET", "POST"] as const) {
      const answer = await egress.send({ url: REBOUND, method, headers: {} });
      expect(answer).toMatchObject({ errorClass: "address_blocked" });
    }
    expect(visits()).toBe(0);
  });
});

describe("the scopes of IPv6", () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
  const rest = (count: number) =>
    fc.array(group, { minLength: count, maxLength: count }).map((groups) => groups.join(":"));
  /** From, and to, by the first 16 bits. */
  const SCOPES = [
    ["unspecified, loopback, mapped, compatible", 0x0000, 0x00ff],
    ["discard", 0x0100, 0x01ff],
    ["6to4", 0x2002, 0x2002],
    ["segment routing", 0x5f00, 0x5fff],
    ["not given out", 0x4000, 0xfbff],
    ["unique local", 0xfc00, 0xfdff],
    ["link-local", 0xfe80, 0xfebf],
    ["site-local", 0xfec0, 0xfeff],
    ["multicast", 0xff00, 0xffff],
  ] as const;

  it.each(SCOPES)("%s hold nothing public", (_scope, min, max) => {
    const inside = fc
      .tuple(fc.integer({ min, max }), rest(7))
      .map(([first, others]) => `${first.toString(16)}:${others}`);
    fc.assert(
      fc.property(inside, (address) => !isPublicAddress(address)),
      { numRuns: 2_000 },
    );
  });

  it("cannot be chosen by a zone", () => {
    const zone = fc.stringMatching(/^[a-z0-9%]{0,6}$/);
    fc.assert(
      fc.property(rest(8), zone, (address, name) => !isPublicAddress(`${address}%${name}`)),
    );
  });
});
