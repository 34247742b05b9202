import type { Place } from "../place.ts";

/** How the environment names the configuration of a server that is going to be killed. */
export const CONFIG_VARIABLE = "CRASH_SERVER";

/** The moment at which a server kills itself. */
export interface Death {
  /** Counts the commits of this life from 1. */
  readonly commit: number;
  /** `before`: the commit is not even begun. `after`: it landed, but who waits for it never hears. */
  readonly when: "before" | "after";
}

/** Everything a life has in common with the one before it, as JSON. */
export interface ServerConfig {
  readonly place: Place;
  /** Ledger C: what the listener heard is appended here, a name per line. */
  readonly heardFile: string;
  readonly port: number;
  /** Base64. */
  readonly secretKey: string;
  readonly meta: {
    readonly appId: string;
    readonly appSecret: string;
    readonly verifyToken: string;
    readonly graphUrl: string;
  };
  readonly number: { readonly phoneNumberId: string; readonly accessToken: string };
  readonly endpoint: { readonly url: string; readonly concurrency: number };
  readonly death?: Death;
}
