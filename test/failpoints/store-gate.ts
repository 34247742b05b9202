import { Failure, type Store } from "@wabakit/core";

/** How a call of the store goes wrong. */
export type StoreFault =
  /** Nothing happens, and the caller is told so. */
  | "fails"
  /** It happens, and the answer is lost. */
  | "answer lost"
  /** It happens, and is never answered; whoever waits for it waits until the process ends. */
  | "hangs"
  /** The process ends before it; neither store nor Meta hear of it again. */
  | "killed before"
  /** The process ends after it. */
  | "killed after";

/** A store whose calls are counted, and one of them spoiled. */
export interface StoreGate {
  readonly store: Store;
  readonly calls: () => number;
  /** Spoils the `n`th call from now, counted from 1; 0 counts only. */
  readonly arm: (n: number, fault?: StoreFault) => void;
  /** Resolves when a call hangs. */
  readonly hung: Promise<void>;
  /** Lets nothing through any more. */
  readonly cut: () => void;
}

/** Opens a gate before `store`. `onKill` is told when a call ends the process. */
export function storeGate(store: Store, onKill: () => void): StoreGate {
  let count = 0;
  let armed: { readonly n: number; readonly fault: StoreFault | undefined } | undefined;
  let isCut = false;
  const hung = Promise.withResolvers<void>();

  function kill(): void {
    isCut = true;
    onKill();
  }

  async function run<Result>(step: () => Promise<Result>): Promise<Result> {
    count += 1;
    const fault = armed?.n === count ? armed.fault : undefined;
    if (fault === "killed before") kill();
    if (isCut || fault === "fails") throw gone();
    const result = await step();
    if (fault === "hangs") {
      hung.resolve();
      return new Promise<never>(() => {});
    }
    if (fault === "killed after") kill();
    if (isCut || fault === "answer lost") throw gone();
    return result;
  }

  return {
    store: {
      ...store,
      start: async () => {},
      stop: async () => {},
      get: (key) => run(() => store.get(key)),
      getMany: (keys) => run(() => store.getMany(keys)),
      commit: (change) => run(() => store.commit(change)),
    },
    calls: () => count,
    hung: hung.promise,
    arm(n, fault) {
      count = 0;
      armed = { n, fault };
    },
    cut() {
      isCut = true;
    },
  };
}

function gone(): Failure {
  return new Failure("store_unavailable", "This store was made to fail.");
}
