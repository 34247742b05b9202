import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Handler } from "../http/message.ts";
import { failureResponse } from "../http/respond.ts";
import { handshake, type ReceiveParts, type ReceivingApp, receive } from "./receive.ts";

/** What receiving needs of the Meta apps there are. */
export interface ReceivingApps {
  readonly configured: readonly ReceivingApp[];
  receiving(appId: string): Promise<ReceivingApp | undefined>;
}

/**
 * The receiver's two routes: `GET` and `POST` on `basePath` for the first app, and on
 * `basePath/:appId` for each. Anything else is the host's.
 */
export function createReceiver(
  parts: ReceiveParts,
  apps: ReceivingApps,
  basePath: string,
): Handler {
  const find = async (path: string) => {
    const appId = path === basePath ? apps.configured[0]?.appId : appIdIn(path, basePath);
    return appId === undefined ? undefined : apps.receiving(appId);
  };

  return async (request) => {
    if (request.method !== "GET" && request.method !== "POST") return undefined;
    try {
      const app = await find(request.path);
      if (!app) return undefined;
      return request.method === "GET"
        ? handshake(app, request)
        : await receive(parts, app, request);
    } catch (error) {
      if (error instanceof Failure) return failureResponse(error, randomUUID());
      throw error;
    }
  };
}

/** Whose callback a path may be: Meta's ids are digits. */
export function appIdIn(path: string, basePath: string): string | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  return /^\d{1,32}$/.exec(path.slice(basePath.length + 1))?.[0];
}
