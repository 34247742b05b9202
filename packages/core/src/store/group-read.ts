import type { Backend } from "./backends/backend.ts";
import { unavailable } from "./group-commit.ts";

/** The texts of records, in the order of `keys`. @throws {Failure} `store_unavailable` */
export type Read = (keys: readonly string[]) => Promise<readonly (string | undefined)[]>;

type Texts = ReadonlyMap<string, string | undefined>;

/** Reads that are asked for before the event loop moves on share one question to the backend. */
export function groupRead(backend: Pick<Backend, "read">): Read {
  let wanted = new Set<string>();
  let answer: Promise<Texts> | undefined;

  async function ask(): Promise<Texts> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const keys = [...wanted];
    wanted = new Set();
    answer = undefined;
    const texts = await backend.read(keys);
    return new Map(keys.map((key, index) => [key, texts[index]]));
  }

  return async (keys) => {
    for (const key of keys) wanted.add(key);
    answer ??= ask();
    const texts = await answer.catch((cause) => {
      throw unavailable(cause);
    });
    return keys.map((key) => texts.get(key));
  };
}
