const PATIENCE_MS = 20_000;

/**
 * What `promise` resolves to, if it does within 20 seconds.
 *
 * @throws {Error} Naming `what` did not come.
 */
export async function inTime<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`This did not come in time: ${what}.`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
