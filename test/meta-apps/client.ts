import { expect } from "vitest";
import { metaAppRoutes } from "../../packages/core/src/meta-apps/meta-app-routes.ts";
import type { Answer } from "../spine/setting.ts";

/** Calls the API as the holder of one key. */
export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

export function clientFor(url: string, apiKey: string): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer["body"];
    expectAsPromised(method, path, { status: response.status, body: answer });
    return { status: response.status, headers: response.headers, body: answer };
  };
}

/** A route's schema describes its answers, to the last field. */
function expectAsPromised(method: string, target: string, seen: Omit<Answer, "headers">): void {
  const [path = ""] = target.split("?");
  const row = metaAppRoutes.find(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.path.replaceAll(/:\w+/g, "[^/]+")}$`).test(path),
  );
  if (!row || seen.status >= 400) return;
  expect(row.response.parse(seen.body)).toEqual(seen.body);
  expect(seen.status).toBe(row.success);
}
