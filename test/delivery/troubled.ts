import type { ErrorContext, HubOptions } from "@wabakit/core";
import { expect } from "vitest";
import { eventually, type Scene, scene } from "./scene.ts";

/** A scene whose errors are kept. */
export interface TroubledScene extends Scene {
  readonly errors: readonly { readonly error: unknown; readonly context: ErrorContext }[];
  /** Waits until so many attempts of listeners have failed, and what comes of them is durable. */
  readonly failures: (count: number) => Promise<void>;
  /** Moves to the next attempt that the last error announced. */
  readonly nextAttempt: () => Promise<void>;
}

export async function troubledScene(options: Partial<HubOptions> = {}): Promise<TroubledScene> {
  const errors: { readonly error: unknown; readonly context: ErrorContext }[] = [];
  const onError = (error: unknown, context: ErrorContext) => void errors.push({ error, context });
  const here = await scene({ onError, ...options });
  return {
    ...here,
    errors,
    failures: (count) => eventually(() => expect(errors).toHaveLength(count)),
    nextAttempt: () => here.clock.advanceTo(Date.parse(errors.at(-1)?.context.nextAttemptAt ?? "")),
  };
}
