import { randomUUID } from "node:crypto";
import { Failure } from "../../failure.ts";
import { pagesFor } from "../../heartbeat/render-page.ts";
import { readJson } from "../../http/body.ts";
import type { Handler, HttpRequest, HttpResponse } from "../../http/message.ts";
import { failureResponse } from "../../http/respond.ts";
import { ACTIONS, type PageParts } from "./actions.ts";
import { finishRedirect } from "./redirect-flow.ts";
import { renderShell, type ShellKind } from "./shell.ts";

/** The largest body a page's script sends. */
const MAX_BODY_BYTES = 16 * 1_024;

const SHELLS: ReadonlyMap<string, ShellKind> = new Map([
  ["onboard", "onboard"],
  ["sdk", "sdk"],
]);
const CALLBACK = "onboard/callback";

/**
 * The pages in which people sign up, and what their scripts ask for.
 *
 * @param parts Asked for at each request. @throws {Failure} while the hub does not run.
 * @param basePath Where pages are, e.g. `/connect`.
 */
export function createPages(parts: () => PageParts, basePath: string): Handler {
  const prefix = `${basePath}/`;
  return async (request) => {
    if (!request.path.startsWith(prefix)) return undefined;
    const name = request.path.slice(prefix.length);
    const { method } = request;
    const isShell = SHELLS.has(name) && (method === "GET" || method === "HEAD");
    const isCallback = name === CALLBACK && method === "GET";
    if (isShell || isCallback) return forPeople(parts, request, name);
    if (method === "POST" && ACTIONS.has(name)) return forScripts(parts, request, name);
    return undefined;
  };
}

async function forPeople(
  parts: () => PageParts,
  request: HttpRequest,
  name: string,
): Promise<HttpResponse> {
  try {
    const kind = SHELLS.get(name);
    if (kind) return renderShell(parts(), request, kind);
    return await finishRedirect(parts(), request, randomUUID());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return pagesFor(request).away();
  }
}

async function forScripts(
  parts: () => PageParts,
  request: HttpRequest,
  name: string,
): Promise<HttpResponse> {
  const requestId = randomUUID();
  try {
    requireOwnScript(request);
    const body = readJson(await request.readBody(MAX_BODY_BYTES));
    const action = ACTIONS.get(name);
    if (!action) throw new Failure("not_found");
    return await action(parts(), { request, requestId }, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failureResponse(error, requestId);
  }
}

/** Another site cannot send JSON without asking first, and nobody answers that; browsers also say who asks. */
function requireOwnScript({ headers }: HttpRequest): void {
  const type = String(headers["content-type"] ?? "");
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Failure("unsupported_media_type");
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin") return;
  throw new Failure("forbidden", "Only our own pages may ask this.");
}
