import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Handler } from "../http/message.ts";
import { failureResponse } from "../http/respond.ts";
import { handshake, type ReceiveParts, type ReceivingApp, receive } from "./receive.ts";

/**
 * The receiver's two routes: `GET` and `POST` on `basePath` for the first app, and on
 * `basePath/:appId` for each. Anything else is the host's.
 */
export function createReceiver(
  parts: ReceiveParts,
  apps: readonly ReceivingApp[],
  basePath: string,
): Handler {
  const byPath = new Map(apps.map((app) => [`${basePath}/${app.appId}`, app]));
  const [first] = apps;
  if (first) byPath.set(basePath, first);

  return async (request) => {
    const app = byPath.get(request.path);
    if (!app || (request.method !== "GET" && request.method !== "POST")) return undefined;
    try {
      return request.method === "GET"
        ? handshake(app, request)
        : await receive(parts, app, request);
    } catch (error) {
      if (error instanceof Failure) return failureResponse(error, randomUUID());
      throw error;
    }
  };
}
