import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Requests of this process that wait for their answer. */
export interface CallsUnderWay {
  readonly count: () => number;
  readonly close: () => void;
}

/** Follows what undici sends to `origins`, from the call until its answer is whole or given up. */
export function callsUnderWay(origins: readonly string[]): CallsUnderWay {
  const waiting = new Set<object>();
  const begin = (message: unknown) => {
    const { request } = message as { readonly request: { readonly origin?: unknown } };
    if (origins.includes(String(request.origin))) waiting.add(request);
  };
  const end = (message: unknown) => {
    waiting.delete((message as { readonly request: object }).request);
  };
  const channels = [
    ["undici:request:create", begin],
    ["undici:request:trailers", end],
    ["undici:request:error", end],
  ] as const;
  for (const [name, hear] of channels) subscribe(name, hear);
  return {
    count: () => waiting.size,
    close() {
      for (const [name, hear] of channels) unsubscribe(name, hear);
    },
  };
}
