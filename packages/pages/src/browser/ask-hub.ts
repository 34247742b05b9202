/** Why the hub gave no answer to work with. */
export type RefusalReason = "missing" | "closed" | "forbidden" | "unavailable";

/** The hub refused a request, or did not answer it. */
export class Refusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Asks the hub: the path below the page's own, and what to send. Rejects with a `Refusal`. */
export type AskHub = <Answer>(path: string, body: object) => Promise<Answer>;

const REASONS: Readonly<Record<number, RefusalReason>> = {
  403: "forbidden",
  404: "missing",
  409: "closed",
};

/** The slowest answer, to `onboard/finish`, takes several calls of Meta. */
const PATIENCE_MS = 60_000;

/**
 * The hub this page came from.
 *
 * @param pageUrl The address of the page; the endpoints are beside it.
 */
export function askHub(pageUrl: string, request: typeof fetch = fetch): AskHub {
  return async <Answer>(path: string, body: object) => {
    const answer = await request(new URL(path, pageUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined);
    if (!answer?.ok) throw new Refusal(REASONS[answer?.status ?? 0] ?? "unavailable");
    const value = await answer.json().catch(() => undefined);
    if (!value) throw new Refusal("unavailable");
    // It is this page's own hub, and each path has one kind of answer.
    return value as Answer;
  };
}
