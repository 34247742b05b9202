import { randomUUID } from "node:crypto";
import type { Handler } from "../http/message.ts";
import { type Asked, presented } from "../http/presented.ts";
import { measuredRequest } from "../telemetry/measured-request.ts";
import type { OnRefused } from "../telemetry/on-refused.ts";
import { handshake, type ReceiveParts, type ReceivingApp, receive } from "./receive.ts";

/** What receiving needs of the Meta apps there are. */
export interface ReceivingApps {
  readonly configured: readonly ReceivingApp[];
  receiving(appId: string): Promise<ReceivingApp | undefined>;
}

export interface ReceiverParts extends ReceiveParts {
  readonly apps: ReceivingApps;
  readonly onRefused: OnRefused;
}

/**
 * The receiver's two routes: `GET` and `POST` on `basePath` for the first app, and on
 * `basePath/:appId` for each. Anything else is the host's.
 */
export function createReceiver(parts: ReceiverParts, basePath: string): Handler {
  const { apps, onRefused } = parts;
  return async (request) => {
    const { method, path } = request;
    const isFirst = path === basePath;
    const appId = isFirst ? apps.configured[0]?.appId : appIdIn(path, basePath);
    if ((method !== "GET" && method !== "POST") || appId === undefined) return undefined;

    const route = callbackRoute(path, basePath);
    const requestId = randomUUID();
    const asked: Asked = { request, surface: "receiver", route, appId, requestId, onRefused };
    const respond = async () => {
      const app = await apps.receiving(appId);
      if (!app) return undefined;
      return method === "GET" ? handshake(app, request) : receive(parts, app, request);
    };
    return measuredRequest(request, route, () => presented(asked, respond));
  };
}

/** The route of a callback, which names no app. */
export function callbackRoute(path: string, basePath: string): string {
  return path === basePath ? basePath : `${basePath}/:appId`;
}

/** Whose callback a path may be: Meta's ids are digits. */
export function appIdIn(path: string, basePath: string): string | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  return /^\d{1,32}$/.exec(path.slice(basePath.length + 1))?.[0];
}
