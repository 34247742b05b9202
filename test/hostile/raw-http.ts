import { connect } from "node:net";

/** What came back over a connection of its own. */
export interface RawAnswer {
  /** `undefined` when the connection ended without an answer. */
  readonly status: number | undefined;
  /** Everything, head and body. */
  readonly text: string;
}

/** How long a connection may do nothing before it counts as hung. */
const HUNG_MS = 15_000;

/**
 * Writes bytes as they are, and reads until the other side has answered in full or has gone.
 *
 * @param ends Whether to say that nothing more will come; a server may then end as well, unanswered.
 * @throws {Error} When the other side does nothing at all.
 */
export function exchange(
  url: string,
  bytes: string | Uint8Array,
  { ends = false }: { readonly ends?: boolean } = {},
): Promise<RawAnswer> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.setTimeout(HUNG_MS, () => {
      reject(new Error(`Nothing came after ${JSON.stringify(String(bytes).slice(0, 300))}`));
      socket.destroy();
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve({ status: statusIn(text), text }));
    if (ends) socket.end(bytes);
    else socket.write(bytes);
  });
}

function statusIn(text: string): number | undefined {
  // Not the 100 that only asks for the body.
  const [, status] = /^(?:HTTP\/1\.1 1\d\d.*\r\n\r\n)*HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** A request as it goes over the wire; it asks for the connection to end after the answer. */
export function rawRequest(
  line: string,
  headers: readonly string[],
  body: Uint8Array | string = "",
): Buffer {
  const head = [`${line} HTTP/1.1`, "host: product", "connection: close", ...headers];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), Buffer.from(body)]);
}
