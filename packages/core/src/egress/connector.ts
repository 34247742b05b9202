import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { Lookup } from "./lookup.ts";

type AddressFilter = (ip: string) => boolean;

/** What a connector is made of. */
export interface ConnectorParts {
  readonly isAllowed: AddressFilter;
  readonly lookup: Lookup;
  /** Aborting it ends every connection that was made or is being made. */
  readonly signal: AbortSignal;
}

/** An error whose `code` names one of our own reasons not to connect. */
export type ConnectRefusal = Error & { readonly code: "EGRESS_DNS" | "EGRESS_ADDRESS_BLOCKED" };

const CONNECT_TIMEOUT_MS = 10_000;

/** Room for one repeated SYN before the host's next address is tried. */
const PER_ADDRESS_MS = 1_250;

/**
 * Opens connections to allowed addresses only.
 *
 * A name is resolved once per connection, and the connection goes to an address out of that very
 * answer, after the disallowed ones were dropped: there is no second look-up whose answer could
 * differ. A host that is an IP address is never looked up, so it is checked by itself.
 */
export function createConnector(parts: ConnectorParts): buildConnector.connector {
  const { isAllowed, lookup, signal } = parts;
  const connect = buildConnector({
    lookup: allowedOnly(lookup, isAllowed),
    signal,
    timeout: CONNECT_TIMEOUT_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: PER_ADDRESS_MS,
    allowH2: false,
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise decide.
    rejectUnauthorized: true,
  });

  return (options, callback) => {
    const { hostname } = options;
    if (isIP(hostname) === 0 || isAllowed(hostname)) connect(options, callback);
    else callback(blocked(), null);
  };
}

function allowedOnly(lookup: Lookup, isAllowed: AddressFilter): LookupFunction {
  const resolve = async (hostname: string) => {
    const addresses = await lookup(hostname).catch((cause: unknown) => {
      throw refusal("EGRESS_DNS", "The host name could not be resolved.", cause);
    });
    const allowed = addresses.filter(({ address }) => isAllowed(address));
    if (allowed.length === 0) throw blocked();
    return allowed;
  };
  // With autoSelectFamily, node:net always asks for all addresses.
  return (hostname, _options, callback) => {
    resolve(hostname).then(
      (addresses) => callback(null, addresses),
      (error: Error) => callback(error, []),
    );
  };
}

/** Says nothing about the address: the name may be private, and its owner a stranger. */
function blocked(): ConnectRefusal {
  return refusal("EGRESS_ADDRESS_BLOCKED", "The host has no public address.");
}

function refusal(code: ConnectRefusal["code"], message: string, cause?: unknown): ConnectRefusal {
  return Object.assign(new Error(message, { cause }), { code });
}
