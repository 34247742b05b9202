import { BlockList, isIP } from "node:net";
import { GLOBAL_UNICAST_V6, type Ranges, SPECIAL_V4, SPECIAL_V6 } from "./special-ranges.ts";

type Family = "ipv4" | "ipv6";

const specialV4 = listOf(SPECIAL_V4, "ipv4");
const globalV6 = listOf(GLOBAL_UNICAST_V6, "ipv6");
const specialV6 = listOf(SPECIAL_V6, "ipv6");

/**
 * Whether an address is one that anybody on the internet can have.
 *
 * Anything that is not a plain IP literal is not public: names, brackets, zone ids, and spellings
 * such as `127.1` that only some parsers read as an address. IPv6 that wraps an IPv4 address is not
 * public either, whatever it wraps.
 */
export function isPublicAddress(ip: string): boolean {
  if (ip.includes("%")) return false;
  const family = isIP(ip);
  if (family === 4) return !specialV4.check(ip, "ipv4");
  return family === 6 && globalV6.check(ip, "ipv6") && !specialV6.check(ip, "ipv6");
}

function listOf(ranges: Ranges, family: Family): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
