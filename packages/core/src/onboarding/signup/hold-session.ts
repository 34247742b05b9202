import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { key } from "../../store/key.ts";

const UNDER_WAY = "This sign-up is under way: ask in a few seconds what has become of it.";

/**
 * Works on a session alone, over all nodes.
 *
 * @throws {Failure} `connection_busy` when somebody else is at it for longer than 10 seconds; what `use`
 *   throws
 */
export async function holdSession<Result>(
  { leases }: Pick<App, "leases">,
  sessionId: string,
  use: () => Promise<Result>,
): Promise<Result> {
  let isHeld = false;
  try {
    return await leases.hold(key("session-run", sessionId), () => {
      isHeld = true;
      return use();
    });
  } catch (error) {
    if (isHeld || !(error instanceof Failure) || error.code !== "connection_busy") throw error;
    throw new Failure("connection_busy", UNDER_WAY, { retryAfterMs: error.retryAfterMs ?? 0 });
  }
}
