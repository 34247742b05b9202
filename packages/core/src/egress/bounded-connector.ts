import type { buildConnector } from "undici";

type Connector = buildConnector.connector;

/**
 * Opens at most `most` connections at once, kept and busy ones alike. Who asks for more waits, first come
 * first served, until one ends; the deadline of whatever is to be sent goes on meanwhile. When
 * `signal` aborts, `connect` refuses them.
 */
export function boundedConnector(
  connect: Connector,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Connector {
  const waiting: (() => void)[] = [];
  let count = 0;

  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else count -= 1;
  };
  const open: Connector = (options, callback) => {
    connect(options, (...outcome) => {
      const [error, socket] = outcome;
      if (error === null) socket.once("close", release);
      else release();
      callback(...outcome);
    });
  };
  signal.addEventListener("abort", () => {
    for (const next of waiting.splice(0)) next();
  });
  return (options, callback) => {
    if (count >= most) {
      waiting.push(() => open(options, callback));
      return;
    }
    count += 1;
    open(options, callback);
  };
}
