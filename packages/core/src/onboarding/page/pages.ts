import { randomUUID } from "node:crypto";
import { Failure } from "../../failure.ts";
import { pagesFor } from "../../heartbeat/render-page.ts";
import { readJson } from "../../http/body.ts";
import type { Handler, HttpRequest, HttpResponse } from "../../http/message.ts";
import { type Asked, presented } from "../../http/presented.ts";
import { measuredRequest } from "../../telemetry/measured-request.ts";
import type { OnRefused } from "../../telemetry/on-refused.ts";
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

interface Given {
  /** Asked for at each request. @throws {Failure} while the hub does not run. */
  readonly parts: () => PageParts;
  readonly onRefused: OnRefused;
}

/**
 * The pages in which people sign up, and what their scripts ask for.
 *
 * @param basePath Where pages are, e.g. `/connect`.
 */
export function createPages({ parts, onRefused }: Given, basePath: string): Handler {
  const prefix = `${basePath}/`;
  return async (request) => {
    if (!request.path.startsWith(prefix)) return undefined;
    const name = request.path.slice(prefix.length);
    const { method } = request;
    const isShell = SHELLS.has(name) && (method === "GET" || method === "HEAD");
    const isCallback = name === CALLBACK && method === "GET";
    const isAction = method === "POST" && ACTIONS.has(name);
    if (!isShell && !isCallback && !isAction) return undefined;
    const route = prefix + name;
    const asked: Asked = { request, surface: "pages", route, requestId: randomUUID(), onRefused };
    const respond = isAction ? forScripts : forPeople;
    return measuredRequest(request, route, () => respond(parts, asked, name));
  };
}

async function forPeople(
  parts: () => PageParts,
  asked: Asked,
  name: string,
): Promise<HttpResponse> {
  const { request, requestId } = asked;
  const respond = async () => {
    const kind = SHELLS.get(name);
    if (kind) return renderShell(parts(), request, kind);
    return finishRedirect(parts(), request, requestId);
  };
  return presented(asked, respond, () => pagesFor(request).away());
}

async function forScripts(
  parts: () => PageParts,
  asked: Asked,
  name: string,
): Promise<HttpResponse> {
  const { request, requestId } = asked;
  return presented(asked, async () => {
    requireOwnScript(request);
    const body = readJson(await request.readBody(MAX_BODY_BYTES));
    const action = ACTIONS.get(name);
    if (!action) throw new Failure("not_found");
    return action(parts(), { request, requestId }, body);
  });
}

/** Another site cannot send JSON without asking first, and nobody answers that; browsers also say who asks. */
function requireOwnScript({ headers }: HttpRequest): void {
  const type = String(headers["content-type"] ?? "");
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Failure("unsupported_media_type");
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin") return;
  throw new Failure("forbidden", "Only our own pages may ask this.");
}
