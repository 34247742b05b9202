import type { Queue } from "@wabakit/core";

/** A queue that holds deliveries back until it is told to let them go. */
export interface GatedQueue {
  readonly queue: Queue;
  /** Lets go the drains that wait, and resolves when they have ended; later ones wait again. */
  readonly release: () => Promise<void>;
}

/** What drains wait for together. */
interface Gate {
  readonly open: PromiseWithResolvers<void>;
  readonly passed: PromiseWithResolvers<void>;
  held: number;
}

export function gatedQueue(inner: Queue): GatedQueue {
  let gate = newGate();

  async function throughGate<Outcome>(drain: () => Promise<Outcome>): Promise<Outcome> {
    const own = gate;
    own.held += 1;
    await own.open.promise;
    return drain().finally(() => {
      own.held -= 1;
      if (own.held === 0) own.passed.resolve();
    });
  }

  return {
    queue: {
      atomicity: inner.atomicity,
      add: (jobs) => inner.add(jobs),
      backlog: () => inner.backlog(),
      start: ({ drain, ...others }) =>
        inner.start({ ...others, ...(drain && { drain: (id) => throughGate(() => drain(id)) }) }),
      stop: (deadline) => inner.stop(deadline),
    },
    async release() {
      const { held, open, passed } = gate;
      gate = newGate();
      open.resolve();
      if (held > 0) await passed.promise;
    },
  };
}

function newGate(): Gate {
  return { open: Promise.withResolvers(), passed: Promise.withResolvers(), held: 0 };
}
