import { instruments } from "./instruments.ts";
import { errorType, inSpan } from "./span.ts";

/** Which call of the Graph API. */
export interface CallOf {
  readonly method: string;
  /** The server's name. */
  readonly host: string;
}

/** Makes a call of the Graph API in a span, and counts and times it. @throws What the call throws. */
export function measuredCall<Value>(
  { method, host }: CallOf,
  call: () => Promise<Value>,
): Promise<Value> {
  const of = { "http.request.method": method };
  const startedAt = performance.now();
  const count = (outcome: Readonly<Record<string, string>>) => {
    const { graphCalls, graphSeconds } = instruments();
    graphCalls.add(1, { ...of, ...outcome });
    graphSeconds.record((performance.now() - startedAt) / 1_000, { ...of, ...outcome });
  };
  const attributes = { ...of, "server.address": host };
  return inSpan(`graph ${method}`, { kind: "client", attributes }, async () => {
    try {
      const value = await call();
      count({});
      return value;
    } catch (error) {
      count({ "error.type": errorType(error) });
      throw error;
    }
  });
}
