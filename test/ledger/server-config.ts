import type { HubOptions } from "@wabakit/core";
import type { Place } from "../place.ts";
import type { Death } from "./failpoint.ts";

/** How the environment names the configuration of a server that is going to be killed. */
export const CONFIG_VARIABLE = "LEDGER_SERVER";

/** A customer's number. */
export interface NumberToConnect {
  readonly tenantId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
}

/** Where a customer wants events. */
export interface EndpointToAdd {
  readonly url: string;
  readonly concurrency: number;
  readonly events?: string[];
  readonly filter?: { readonly tenantIds: string[] };
}

/** Everything a life has in common with the one before it, as JSON. */
export interface ServerConfig {
  readonly place: Place;
  readonly roles: HubOptions["roles"];
  /** What the listener heard is appended here, a name per line. */
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
  readonly numbers: readonly NumberToConnect[];
  readonly endpoints: readonly EndpointToAdd[];
  readonly death?: Death;
}

/** What a server is told over its standard input, a word per line: how its store is from now on. */
export type StoreWord = "fine" | "fails" | "answer lost";
