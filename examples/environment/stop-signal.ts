const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Resolves when the process is asked to end, by Ctrl-C or by whoever runs it. Asked once more, it
 * ends at once.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
  });
}
