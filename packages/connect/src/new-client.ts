import { type Client, type ClientOptions, clientFor } from "./client.ts";

/**
 * Makes a client. Nothing is opened or loaded yet, so this may run anywhere, on a server as well.
 *
 * @throws {TypeError} When `baseUrl` is no whole URL.
 */
export function newClient(options: ClientOptions): Client {
  return clientFor(() => window, options);
}
