import { newClient } from "./new-client.ts";

export type { Client, ClientOptions, ConnectTarget } from "./client.ts";
export { ConnectError, type ConnectReason } from "./connect-error.ts";
export { newClient } from "./new-client.ts";
export type { ConnectResult } from "./page-message.ts";

/** For those who write `WabakitConnect.newClient`, with a bundler as with a script tag. */
export default { newClient };
