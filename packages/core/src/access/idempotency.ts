import { seededRandom } from "../crypto/seeded-random.ts";
import { Failure } from "../failure.ts";
import type { Once } from "../http/repeatable.ts";
import { failureResponse, type WholeResponse, withHeaders } from "../http/respond.ts";
import type { Lease, Leases } from "../store/lease.ts";
import { type KnownRequestParts, openKnownRequests, requestKey } from "./known-requests.ts";

export interface IdempotencyParts extends KnownRequestParts {
  readonly leases: Leases;
}

/** What a run has come to. */
interface Outcome {
  readonly answer: WholeResponse;
  /** Whether another run could come to nothing else, or must not be. */
  readonly lasts: boolean;
}

const UNDER_WAY = "A request with this Idempotency-Key is still under way.";

/**
 * Runs a request with an `Idempotency-Key` once, among all nodes, and gives its answer to every repeat
 * of the next hour. Whoever runs it holds a lease; one whose process has died is run anew by the next
 * repeat, with the randomness of the first run, and so is one that was told to come again.
 *
 * An answer that cannot be stored is not given: the caller hears `store_unavailable`, comes again, and
 * gets what that run makes of what the first one has done.
 */
export function createOnce(parts: IdempotencyParts): Once {
  const requests = openKnownRequests(parts);

  return async (request, act) => {
    const before = await requests.find(request);
    if (before?.answer) return replayed(before.answer);
    let outcome: Outcome | undefined;
    const runHeld = async (lease: Lease) => {
      const known = await requests.begin(request, lease);
      if (!known) return undefined;
      if (known.answer) return replayed(known.answer);
      outcome ??= await run(() => act(seededRandom(known.seed)), request.caller.requestId);
      const { answer, lasts } = outcome;
      const isOver = !lasts || (await requests.keep(request, { ...known, answer }, lease));
      return isOver ? answer : undefined;
    };
    let answer: WholeResponse | undefined;
    while (!answer) answer = await alone(parts.leases, requestKey(request), runHeld);
    return answer;
  };
}

async function run(act: () => Promise<WholeResponse>, requestId: string): Promise<Outcome> {
  try {
    return { answer: await act(), lasts: true };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { answer: failureResponse(error, requestId), lasts: isFinal(error) };
  }
}

/** Of the server's own faults only the one after which nobody may try again. */
function isFinal({ code, status, retryable }: Failure): boolean {
  return code === "meta_outcome_unknown" || (status < 500 && !retryable);
}

function replayed(answer: WholeResponse): WholeResponse {
  return withHeaders(answer, { "idempotency-replayed": "true" });
}

/** What the run itself refuses is an answer by then, so that only the wait can be in vain. */
async function alone<Result>(
  leases: Leases,
  name: string,
  use: (lease: Lease) => Promise<Result>,
): Promise<Result> {
  try {
    return await leases.hold(name, use);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "connection_busy") throw error;
    throw new Failure("connection_busy", UNDER_WAY, { retryAfterMs: error.retryAfterMs ?? 0 });
  }
}
