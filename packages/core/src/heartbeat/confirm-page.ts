import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import { findByIds } from "../connections/located.ts";
import { heartbeatDueAt } from "../connections/timers/heartbeat-fields.ts";
import type { ConnectedNumber, Waba } from "../connections/waba.ts";
import { Failure } from "../failure.ts";
import type { Handler, HttpRequest, HttpResponse } from "../http/message.ts";
import { type Asked, presented } from "../http/presented.ts";
import { failureResponse } from "../http/respond.ts";
import { measuredRequest } from "../telemetry/measured-request.ts";
import type { OnRefused } from "../telemetry/on-refused.ts";
import { confirmHeartbeat, isRecent } from "./confirm.ts";
import { type LinkClaim, readLink } from "./link.ts";
import { type Pages, pagesFor } from "./render-page.ts";

/** A form without fields. */
const MAX_FORM_BYTES = 1_024;

type PageParts = Pick<App, "store" | "clock" | "emit" | "rootSecret" | "heartbeat" | "pagesUrl">;

interface Given {
  /** Asked for at each request. @throws {Failure} while the hub does not run. */
  readonly parts: () => PageParts;
  readonly onRefused: OnRefused;
}

/**
 * The page behind a link: it shows the number and a button, and only the button confirms, since mail
 * scanners open links. Having the link is all it takes, so another site can do no more with it than
 * whoever has it; one that is not ours tells nothing about what there is.
 *
 * @param basePath Where pages are, e.g. `/connect`.
 */
export function createConfirmPage({ parts, onRefused }: Given, basePath: string): Handler {
  const prefix = `${basePath}/heartbeat/`;
  return async (request) => {
    const token = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : "";
    if (token === "" || !["GET", "HEAD", "POST"].includes(request.method)) return undefined;
    const pages = pagesFor(request);
    const route = `${prefix}:token`;
    const asked: Asked = { request, surface: "pages", route, requestId: randomUUID(), onRefused };
    const respond = async () => answer({ ...parts(), pages }, token, request);
    const present = (failure: Failure, requestId: string) =>
      failure.status === 503 ? pages.away() : failureResponse(failure, requestId);
    return measuredRequest(request, route, () => presented(asked, respond, present));
  };
}

async function answer(
  parts: PageParts & { readonly pages: Pages },
  token: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { store, clock, pages } = parts;
  const isPost = request.method === "POST";
  if (isPost) await request.readBody(MAX_FORM_BYTES);
  const claim = readLink(parts, token);
  if (!claim) return pages.missing();
  if (claim.expiresAt <= clock.now()) return pages.ended();

  const [found] = await findByIds(store, [{ id: claim.connectionId }]);
  const dueAt = found ? dueAtOf(found.number) : null;
  if (!found || dueAt === null) return pages.ended();
  const { waba, number } = found;
  if (isUsed(claim, number)) {
    // Pressed twice: the second answer is the one that is seen.
    return isPost && isRecent(number, clock.now()) ? pages.done(dueAt) : pages.ended();
  }
  if (isPost) return confirm(parts, waba, number);
  const { displayPhoneNumber: phoneNumber, verifiedName, name } = number;
  return pages.ask({ business: verifiedName ?? name, phoneNumber, dueAt });
}

/** `null` for a number that has no heartbeat, or has none any more. */
function dueAtOf(number: ConnectedNumber): number | null {
  return number.status === "disconnected" ? null : heartbeatDueAt(number);
}

function isUsed(claim: LinkClaim, number: ConnectedNumber): boolean {
  return claim.confirmedAt !== number.heartbeatLastConfirmedAt;
}

async function confirm(
  parts: PageParts & { readonly pages: Pages },
  { organizationId }: Waba,
  { connectionId }: ConnectedNumber,
): Promise<HttpResponse> {
  const named = { owner: { organizationId }, connectionId };
  try {
    const { heartbeatNextDueAt } = await confirmHeartbeat(parts, named, "link");
    return parts.pages.done(Date.parse(heartbeatNextDueAt));
  } catch (error) {
    // It was disconnected, or its mode has turned, since it was read.
    if (error instanceof Failure && !error.retryable) return parts.pages.ended();
    throw error;
  }
}
