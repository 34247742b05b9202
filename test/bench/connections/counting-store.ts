import type { Store } from "@wabakit/core";

/** What was asked of a store. */
export interface Asked {
  readonly questions: number;
  readonly recordsRead: number;
  readonly commits: number;
  readonly recordsWritten: number;
}

const NOTHING: Asked = { questions: 0, recordsRead: 0, commits: 0, recordsWritten: 0 };
/** Longer than a commit, and shorter than the pause between sweeps. */
const QUIET_MS = 40;

/** A store whose questions are counted. */
export function countingStore(inner: Store) {
  let sum = NOTHING;
  let lastAt = 0;
  const count = (more: Partial<Asked>) => {
    lastAt = performance.now();
    const { questions = 0, recordsRead = 0, commits = 0, recordsWritten = 0 } = more;
    sum = {
      questions: sum.questions + questions,
      recordsRead: sum.recordsRead + recordsRead,
      commits: sum.commits + commits,
      recordsWritten: sum.recordsWritten + recordsWritten,
    };
  };

  const store: Store = {
    ...inner,
    get(key) {
      count({ questions: 1, recordsRead: 1 });
      return inner.get(key);
    },
    getMany(keys) {
      count({ questions: 1, recordsRead: keys.length });
      return inner.getMany(keys);
    },
    async commit(change) {
      count({ commits: 1, recordsWritten: change.writes.length });
      return inner.commit(change).finally(() => count({}));
    },
  };

  return {
    store,
    /** Since it was called last. */
    asked() {
      const taken = sum;
      sum = NOTHING;
      return taken;
    },
    /** Resolves when nothing was asked for a while. */
    async quiet() {
      lastAt = performance.now();
      while (performance.now() - lastAt < QUIET_MS) await new Promise((go) => setTimeout(go, 5));
    },
  };
}
