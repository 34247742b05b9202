import type { Clock } from "../clock.ts";
import type { MetaMessage } from "./read-message.ts";
import { addSignal, launched, type Outcome, outcomeOf, type Signal } from "./signals.ts";

/** One run of Meta's window, from the click on. */
export interface Attempt {
  readonly onMessage: (message: MetaMessage) => void;
  readonly onAnswer: (code: string | null) => void;
  readonly outcome: () => Outcome;
  /** Nothing more is reported. */
  readonly drop: () => void;
}

interface AttemptParts {
  readonly clock: Clock;
  readonly coexistence: boolean;
  /** Told of every turn; after `finished` there is none. */
  readonly report: (outcome: Outcome) => void;
}

/** A code lives for 30 s, and the exchange needs some of it. */
const CODE_ALONE_MS = 3_000;

/** Collects what Meta signals about one run of its window, and tells what it amounts to. */
export function startAttempt({ clock, coexistence, report }: AttemptParts): Attempt {
  let evidence = launched(clock.now(), coexistence);
  let outcome: Outcome = { kind: "open" };
  let isOver = false;
  let callOff: (() => void) | undefined;

  const take = (signal: Signal) => {
    if (isOver) return;
    evidence = addSignal(evidence, signal);
    const next = outcomeOf(evidence);
    if (evidence.code !== null && next.kind === "open") {
      callOff ??= clock.after(CODE_ALONE_MS, () => take({ kind: "waited" }));
    }
    if (isSame(next, outcome)) return;
    outcome = next;
    if (next.kind === "finished") drop();
    report(next);
  };
  const drop = () => {
    isOver = true;
    callOff?.();
  };

  return {
    onMessage: (message) => take({ kind: "message", message }),
    onAnswer: (code) => take({ kind: "answer", code, at: clock.now() }),
    outcome: () => outcome,
    drop,
  };
}

/** Outcomes are small and made in one place, their fields always in the same order. */
function isSame(one: Outcome, other: Outcome): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
