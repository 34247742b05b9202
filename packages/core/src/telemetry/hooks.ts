import { z } from "zod";
import type { Logger } from "../logger.ts";
import type { OnError } from "./on-error.ts";
import type { OnRefused } from "./on-refused.ts";

/** What a host may want to hear of, as options of a hub. Whatever a hook throws harms nothing. */
export interface Hooks {
  /** Hears of listeners and jobs that fail. */
  readonly onError?: OnError | undefined;
  /** Hears of every request that is answered with a failure. */
  readonly onRefused?: OnRefused | undefined;
}

/** The same as a part of the schema of all options. */
export const HOOKS = { onError: hook<OnError>(), onRefused: hook<OnRefused>() };

function hook<Hook>() {
  return z.custom<Hook>((given) => typeof given === "function", "must be a function").optional();
}

/** A hook as something that neither throws nor rejects; what fails in it is logged. */
export function harmless<Told extends readonly unknown[]>(
  hook: ((...told: Told) => unknown) | undefined,
  { logger, name }: { readonly logger: Logger; readonly name: keyof Hooks },
): (...told: Told) => void {
  if (!hook) return () => {};
  return (...told) => {
    // A promise, so that a throw and a rejection come to the same.
    void Promise.resolve()
      .then(() => hook(...told))
      .catch((error: unknown) => logger.warn({ error, hook: name }, "a hook failed"));
  };
}
