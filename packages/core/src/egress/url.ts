import { isIP } from "node:net";
import { Failure } from "../failure.ts";
import { isPublicAddress } from "./address.ts";

/** Where requests may go that are not for Meta. */
export interface EgressPolicy {
  /**
   * True lets URLs be http, on any port, and lead to this machine and its private network. For
   * development: whoever sets a webhook URL can then make this server call its own neighbours.
   */
  readonly allowPrivateNetwork: boolean;
}

interface Rule {
  readonly breaks: (url: URL) => boolean;
  /** What is wrong and what to do, without repeating the URL: it may hold credentials. */
  readonly says: string;
}

/** `""` is https's own port, 443. */
const PORTS: ReadonlySet<string> = new Set(["", "8443"]);

const ALWAYS: readonly Rule[] = [
  {
    breaks: (url) => url.protocol !== "https:" && url.protocol !== "http:",
    says: "The URL is not a web address: it must start with https://.",
  },
  {
    breaks: (url) => url.username !== "" || url.password !== "",
    says: "The URL holds a user name or password: leave them out, requests are signed.",
  },
];

const PUBLIC_ONLY: readonly Rule[] = [
  {
    breaks: (url) => url.protocol !== "https:",
    says: "The URL is not encrypted: it must start with https://.",
  },
  {
    breaks: (url) => !PORTS.has(url.port),
    says: "The port is not allowed: use 443 or 8443.",
  },
  {
    breaks: (url) => url.hostname.endsWith("."),
    says: "The host ends in a dot: leave the dot out.",
  },
  {
    breaks: (url) => isLocalName(url.hostname),
    says: "The host is a local name: use a public domain such as hooks.example.com.",
  },
  {
    breaks: (url) => isPrivateLiteral(url.hostname),
    says: "The host is a private or special-purpose IP address: use a public host.",
  },
];

/**
 * Reads a URL that we are asked to call. Names are not resolved here: what a name leads to is
 * checked on every connection, since it can change after this.
 *
 * @returns The URL in its normal form: what to store, and the only form to show.
 * @throws {Failure} `invalid_webhook_url`, saying which rule is broken and how to repair it.
 */
export function checkUrl(text: string, policy: EgressPolicy): URL {
  const url = read(text);
  const rules = policy.allowPrivateNetwork ? ALWAYS : [...ALWAYS, ...PUBLIC_ONLY];
  const broken = rules.find((rule) => rule.breaks(url));
  if (broken) throw new Failure("invalid_webhook_url", broken.says);
  return url;
}

/** The parser drops spaces, tabs and line breaks in silence; nobody means to write them. */
function read(text: string): URL {
  if (/[\s\p{Cc}]/u.test(text)) {
    throw new Failure("invalid_webhook_url", "The URL holds a space or a control character.");
  }
  const url = URL.parse(text);
  if (url) return url;
  throw new Failure("invalid_webhook_url", "The URL cannot be read: write https://host/path.");
}

function isLocalName(hostname: string): boolean {
  if (isIP(unbracketed(hostname)) !== 0) return false;
  return !hostname.includes(".") || hostname.endsWith(".localhost");
}

function isPrivateLiteral(hostname: string): boolean {
  const literal = unbracketed(hostname);
  return isIP(literal) !== 0 && !isPublicAddress(literal);
}

function unbracketed(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
