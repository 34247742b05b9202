import { type Clock, systemClock } from "@wabakit/core";

/** The machine's clock, until a test lets time pass that nobody waits for. */
export interface TravellingClock extends Clock {
  /** So much time is over at once; what falls due meanwhile runs. */
  readonly pass: (ms: number) => void;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
  cancel: () => void;
}

/** Pauses between tries are shorter, and of no interest here. */
const PAUSES_MS = 5_000;

/** Makes a clock that shows the machine's time. */
export function travellingClock(): TravellingClock {
  const tasks = new Set<Task>();
  let ahead = 0;
  const now = () => systemClock.now() + ahead;

  const arm = (task: Task, at: number) => {
    task.cancel = systemClock.schedule(at - ahead, () => {
      tasks.delete(task);
      task.run();
    });
  };

  return {
    now,
    schedule(at, run) {
      const task: Task = { at, run, cancel: () => {} };
      tasks.add(task);
      arm(task, at - now() < PAUSES_MS ? now() : at);
      return () => {
        tasks.delete(task);
        task.cancel();
      };
    },
    pass(ms) {
      ahead += ms;
      for (const task of tasks) {
        task.cancel();
        arm(task, task.at);
      }
    },
  };
}
