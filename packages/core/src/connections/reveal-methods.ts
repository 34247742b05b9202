import type { z } from "zod";
import { actingAsHost } from "../access/access-methods.ts";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import { type RevealedSecrets, RevealSecrets, revealSecrets } from "./reveal-secrets.ts";

/** How the host gets at the secrets of a connection. */
export interface RevealMethods {
  /** Told by the audit log first. Fails as its route does. */
  readonly revealSecrets: (
    connectionId: string,
    input: z.input<typeof RevealSecrets>,
  ) => Promise<RevealedSecrets>;
}

/** `context` is asked at every call. */
export function revealMethods(context: () => Context): RevealMethods {
  return {
    async revealSecrets(connectionId, input) {
      const { app, acting } = actingAsHost(context);
      return revealSecrets(app, acting, { ...check(RevealSecrets, input), connectionId });
    },
  };
}
