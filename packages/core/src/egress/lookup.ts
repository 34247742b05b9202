import type { LookupAddress } from "node:dns";
import { lookup as getaddrinfo, Resolver } from "node:dns/promises";

/** Finds every address of a host. Rejects when there is none. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** One lost packet may be repeated once; the second wait is twice the first. */
const PATIENCE = { timeout: 1_500, tries: 2 };

/** What the machine itself would connect to, names from its hosts file included. */
export const systemLookup: Lookup = (hostname) => getaddrinfo(hostname, { all: true });

/**
 * Asks DNS and nothing else, so neither hosts file nor search domains can lend a public name a
 * private meaning. It holds no thread while it waits: the system's lookup runs two at a time, and
 * two hosts with a dead name server would then keep every other delivery from connecting.
 *
 * @param servers `["192.0.2.53"]` or with a port; the machine's own when left out.
 */
export function dnsLookup(servers?: readonly string[]): Lookup {
  const resolver = new Resolver(PATIENCE);
  if (servers) resolver.setServers(servers);

  return async (hostname) => {
    const [v4, v6] = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]);
    if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
    return [...found(v4, 4), ...found(v6, 6)];
  };
}

function found(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  if (answer.status === "rejected") return [];
  return answer.value.map((address) => ({ address, family }));
}
