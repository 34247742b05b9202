import { AsyncLocalStorage } from "node:async_hooks";
import type Keyv from "keyv";

/** Runs one call to a Keyv. Rejects with what went wrong in it, whatever Keyv makes of that. */
export type KeyvCall = <Result>(run: () => Promise<Result>) => Promise<Result>;

/**
 * Keyv reports a failing back end as "not found" as soon as anybody listens for its errors. Every
 * call therefore runs in a box of its own; one listener drops errors into the box of the call they
 * belong to, and the call rejects with them.
 */
export function surfacingErrors(keyv: Keyv): KeyvCall {
  const boxes = new AsyncLocalStorage<unknown[]>();
  keyv.on("error", (error: unknown) => boxes.getStore()?.push(error));

  return async (run) => {
    const errors: unknown[] = [];
    const result = await boxes.run(errors, run);
    if (errors.length > 0) throw errors[0];
    return result;
  };
}
