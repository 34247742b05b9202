import type { GraphErrorFields } from "./graph-error.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** Which calls are meant. */
export interface CallMatch {
  /** Upper case; every method when left out. */
  readonly method?: string;
  /** Below the version: the whole path, or a pattern for it, e.g. `/subscribed_apps$/`. */
  readonly path: string | RegExp;
}

/** How a matching call goes wrong. */
export interface FaultInput extends CallMatch {
  /** How many calls; 1 when left out, `Infinity` until it is lifted. */
  readonly times?: number;
  /** The HTTP status; when left out, the one Meta documents for the code, 503 without one. */
  readonly status?: number;
  /**
   * The error Meta answers; `"hang"` never answers, `"reset"` cuts the connection, `"html"` answers
   * a page as an edge server does. Left out, it is the transient code 2.
   */
  readonly error?: GraphErrorFields | "hang" | "reset" | "html";
  /** Carries the call out first: the caller cannot know, and Meta has done it. */
  readonly afterEffect?: boolean;
}

/** A call that waits for the test. */
export interface Hold {
  /** Resolves when a matching call has arrived. */
  readonly reached: Promise<void>;
  /** Lets it go on; before it has arrived, nothing is held at all. */
  readonly release: () => void;
}

/** Makes calls go wrong. */
export interface Faults {
  /** Applies to later calls, the oldest fault first. Returns what lifts it again. */
  readonly fail: (fault: FaultInput) => () => void;
  /** Stops the next matching call before it does anything. */
  readonly hold: (match: CallMatch) => Hold;
}

/** The server's side of `Faults`. */
export interface FaultPlan extends Faults {
  /** The fault that hits this request, counted down. */
  readonly take: (request: RecordedRequest) => FaultInput | undefined;
  /** Resolves when no hold keeps this request. */
  readonly pass: (request: RecordedRequest) => Promise<void>;
}

interface Planned extends FaultInput {
  left: number;
}

interface Barrier {
  readonly match: CallMatch;
  readonly reach: () => void;
  readonly released: Promise<void>;
}

/** No fault yet. */
export function faultPlan(): FaultPlan {
  const planned = new Set<Planned>();
  const barriers = new Set<Barrier>();
  return {
    fail(fault) {
      const entry = { ...fault, left: fault.times ?? 1 };
      planned.add(entry);
      return () => void planned.delete(entry);
    },
    hold(match) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const barrier = { match, reach: reached.resolve, released: released.promise };
      barriers.add(barrier);
      const release = () => {
        barriers.delete(barrier);
        released.resolve();
      };
      return { reached: reached.promise, release };
    },
    take(request) {
      const hit = [...planned].find((fault) => matches(fault, request));
      if (hit && --hit.left <= 0) planned.delete(hit);
      return hit;
    },
    async pass(request) {
      const barrier = [...barriers].find(({ match }) => matches(match, request));
      if (!barrier) return;
      barriers.delete(barrier);
      barrier.reach();
      await barrier.released;
    },
  };
}

function matches({ method, path }: CallMatch, request: RecordedRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  return typeof path === "string" ? path === request.path : request.path.search(path) >= 0;
}
