/** Address blocks as `[first address, prefix length]`. */
export type Ranges = readonly (readonly [network: string, prefix: number])[];

/**
 * IPv4 that a webhook never lives on, after IANA's IPv4 Special-Purpose Address Registry, with
 * multicast and one address that only looks public.
 */
export const SPECIAL_V4: Ranges = [
  ["0.0.0.0", 8], // "this network"
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT; also Alibaba's metadata service
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's host agent: routable in form, the machine's own in fact
  ["169.254.0.0", 16], // link-local: the metadata services of most clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // IETF protocol assignments; also Oracle's metadata service
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relay
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarking
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, with the broadcast address
];

/**
 * The only IPv6 space IANA has given out as global unicast. Starting from it leaves out loopback,
 * unspecified, link- and site-local, unique local, multicast, discard (100::/64), SRv6 (5f00::/16),
 * IPv4-mapped and -compatible and both NAT64 prefixes, and whatever gets a meaning tomorrow.
 */
export const GLOBAL_UNICAST_V6: Ranges = [["2000::", 3]];

/** What is special inside global unicast, after IANA's IPv6 Special-Purpose Address Registry. */
export const SPECIAL_V6: Ranges = [
  ["2001::", 23], // IETF protocol assignments: Teredo, benchmarking, ORCHID
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4: carries any IPv4 address, private ones too
  ["3fff::", 20], // documentation
];
