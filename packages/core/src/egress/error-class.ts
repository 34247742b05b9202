import { type ErrorClass, type Failed, failed } from "./answer.ts";

type Row = readonly [codes: RegExp, errorClass: ErrorClass, sentence: string];

/** By the code, else the name, of an error of ours, node:net, OpenSSL or undici; first match wins. */
const ROWS: readonly Row[] = [
  [/^EGRESS_DNS$/, "dns", "The host name could not be resolved"],
  [/^EGRESS_ADDRESS_BLOCKED$/, "address_blocked", "The host has no public address"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, "timeout", "No connection was made in time"],
  [/^(UND_ERR_(DESTROYED|CLOSED)|ABORT_ERR)$/, "aborted", "The request was given up"],
  [
    /CERT|CRL|SSL|TLS|^(EPROTO|UNABLE_TO_.*|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH_.*)$/,
    "tls",
    "No trusted secure connection could be made",
  ],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/,
    "reset",
    "The connection was closed before the answer was complete",
  ],
  [/^(HPE_|HTTPParserError$|UND_ERR_)/, "protocol", "The request or its answer is not valid HTTP"],
];

const OTHERWISE: Row = [/^/, "connect", "The host could not be reached"];

/**
 * What an error of the connection means. Its own message is dropped: it may hold addresses, paths
 * of this machine, or line breaks.
 */
export function classify(error: Error): Failed {
  const code = codeOf(error) ?? error.name;
  const [, errorClass, sentence] = ROWS.find(([codes]) => codes.test(code)) ?? OTHERWISE;
  return failed(errorClass, `${sentence} (${codeOf(error.cause) ?? code}).`);
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
