import type { Hub } from "@wabakit/core";

/** A notification with the headers Meta signs it in. */
export interface Signed {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives a hub a notification without a server. @throws {Error} When it is not accepted. */
export async function handOver(
  hub: Pick<Hub, "handle">,
  { bytes, headers }: Signed,
): Promise<void> {
  const response = await hub.handle({
    method: "POST",
    path: "/webhooks/meta",
    query: new URLSearchParams(),
    headers: { ...headers, "content-length": String(bytes.length) },
    readBody: async () => ({ bytes, exact: true }),
    signal: new AbortController().signal,
    remoteAddress: "127.0.0.1",
  });
  if (response?.status !== 200) throw new Error(`The hub answered ${response?.status}.`);
}
