import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./address.ts";

const PUBLIC = [
  ["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "223.255.255.255"],
  ["100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "157.240.0.35"],
  ["168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0"],
  ["172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0"],
  ["192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0"],
  ["198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.114.0"],
  ["2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a03:2880:f003::1"],
  ["2001:db7:ffff::", "2001:db9::", "2003::1", "3ffe::1", "3fff:1000::1"],
].flat();

const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  "this network": ["0.0.0.0", "0.1.2.3"],
  "private IPv4": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  "cloud metadata": ["169.254.169.254", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"],
  "link-local": ["169.254.0.1", "fe80::1", "febf:ffff::1"],
  "IETF protocol assignments": ["192.0.0.1", "192.0.0.171", "2001:1::1", "2001:2::1"],
  documentation: ["192.0.2.1", "198.51.100.7", "203.0.113.255", "2001:db8::1", "3fff::1"],
  "6to4 relay": ["192.88.99.1"],
  benchmarking: ["198.18.0.1", "198.19.255.255"],
  "IPv4 multicast": ["224.0.0.1", "239.255.255.255"],
  "reserved IPv4": ["240.0.0.1", "255.255.255.254", "255.255.255.255"],
  unspecified: ["::", "0:0:0:0:0:0:0:0"],
  "unique local": ["fc00::1", "fd12:3456:789a::1"],
  "site-local": ["fec0::1"],
  "IPv6 multicast": ["ff02::1", "ff0e::1"],
  discard: ["100::1"],
  "segment routing": ["5f00::1"],
  "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:10.0.0.1", "::ffff:8.8.8.8"],
  "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8"],
  "IPv4-translated": ["::ffff:0:127.0.0.1"],
  NAT64: ["64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8", "64:ff9b:1::1"],
  "6to4": ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:808:808::1"],
  Teredo: ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ORCHID: ["2001:10::1", "2001:20::1"],
  unassigned: ["4000::1", "1::1", "e000::1"],
};

const NOT_LITERALS: Readonly<Record<string, readonly string[]>> = {
  "a zone id": ["fe80::1%eth0", "2606:4700::1%1", "1.1.1.1%x", "::1%25lo"],
  brackets: ["[::1]", "[2606:4700::1]"],
  "a short form": ["127.1", "1.1", "2130706433", "16843009"],
  "another base": ["0x7f.0.0.1", "0177.0.0.1", "0x01010101", "01.1.1.1"],
  "anything else": ["", " 1.1.1.1", "1.1.1.1 ", "1.1.1.1:443", "1.1.1.1/8", "example.com"],
};

describe("an address is public", () => {
  it.each(PUBLIC)("when anybody can have it: %s", (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });
});

describe("an address is not public", () => {
  it.each(rows(SPECIAL))("in %s: %s", (_range, ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });

  it.each(rows(NOT_LITERALS))("written with %s: %s", (_form, text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe("the whole IPv4 space", () => {
  const anywhere = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const specialPlaces = PUBLIC.concat(Object.values(SPECIAL).flat()).filter((ip) =>
    /^[\d.]+$/.test(ip),
  );
  const nearAnEdge = fc
    .tuple(fc.constantFrom(...specialPlaces.map(toNumber)), fc.integer({ min: -300, max: 300 }))
    .map(([place, distance]) => (place + distance + 2 ** 32) % 2 ** 32);

  it("is split as the registry reads, octet by octet", () => {
    fc.assert(
      fc.property(fc.oneof(anywhere, nearAnEdge), (number) => {
        const octets = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
        expect(isPublicAddress(octets.join("."))).toBe(isPublicByOctets(octets));
      }),
      { numRuns: 20_000 },
    );
  });

  it("stays private however IPv6 wraps it", () => {
    fc.assert(
      fc.property(anywhere, (number) => {
        const hex = `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
        const wrapped = [`::${hex}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::1`];
        expect(wrapped.filter(isPublicAddress)).toEqual([]);
      }),
    );
  });
});

/** The same knowledge in another form: no prefixes, no BlockList. */
function isPublicByOctets([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100) return b < 64 || b > 127;
  if (a === 168) return `${b}.${c}.${d}` !== "63.129.16";
  if (a === 169) return b !== 254;
  if (a === 172) return b < 16 || b > 31;
  if (a === 192) return b !== 168 && !["0.0", "0.2", "88.99"].includes(`${b}.${c}`);
  if (a === 198) return b !== 18 && b !== 19 && `${b}.${c}` !== "51.100";
  return a !== 203 || `${b}.${c}` !== "0.113";
}

function toNumber(ip: string): number {
  return ip.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

function rows(table: Readonly<Record<string, readonly string[]>>): [string, string][] {
  return Object.entries(table).flatMap(([name, ips]) =>
    ips.map((ip): [string, string] => [name, ip]),
  );
}
