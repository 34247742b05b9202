import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { instruments } from "./instruments.ts";
import { inSpan } from "./span.ts";

/**
 * Answers a request in a span, and measures how long that takes; without an answer it was not ours.
 *
 * @param route With names in the place of what was asked for, so that it tells nothing of it.
 */
export function measuredRequest<Response extends HttpResponse | undefined>(
  { method }: Pick<HttpRequest, "method">,
  route: string,
  respond: () => Promise<Response>,
): Promise<Response> {
  const of = { "http.request.method": method, "http.route": route };
  const startedAt = performance.now();
  return inSpan(`${method} ${route}`, { kind: "server", attributes: of }, async (note) => {
    const response = await respond();
    if (!response) return response;
    const { status } = response;
    const failed = status >= 500 ? { "error.type": String(status) } : {};
    const outcome = { "http.response.status_code": status, ...failed };
    note(outcome);
    const seconds = (performance.now() - startedAt) / 1_000;
    instruments().requestSeconds.record(seconds, { ...of, ...outcome });
    return response;
  });
}
