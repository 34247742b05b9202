import { describe, expect, it } from "vitest";
import { type IdPrefix, newId } from "../../packages/core/src/crypto/ids.ts";
import { operations } from "../api/api-document.ts";
import type { Client } from "../api/client.ts";
import { type ApiRequest, fill } from "../api/requests.ts";
import {
  HOST_ONLY,
  INTRUDERS,
  isClosedToSome,
  isOfAllTenants,
  namesById,
  type TwoOwners,
  twoOwners,
} from "./two-owners.ts";

/** What an answer shows, beside what names this very answer. */
async function seen(api: Client, request: ApiRequest, path: string) {
  const { status, headers, body } = await api(request.method, path, { body: request.body });
  const { requestId: _, ...shown } = body;
  const names = [...headers].filter(([name]) => name !== "x-request-id" && name !== "date");
  return { status, headers: names, body: shown };
}

/** An id of the same kind that nothing ever had. */
function unknown(id: string): string {
  const [prefix = ""] = /^[a-z]+_/.exec(id) ?? [];
  if (/^\d+$/.test(id)) return id.replaceAll(/\d/g, "9");
  return prefix === "" ? `no-${id}` : newId(prefix as IdPrefix);
}

const FORBIDDEN = { status: 403, body: { error: { code: "forbidden" } } };
const NOT_FOUND = { status: 404, body: { error: { type: "not_found", code: "not_found" } } };

/** Each id is unknown, but where no id would do. */
function refusalFor(request: ApiRequest, kind: string) {
  const isForAllAlone = kind === "another tenant's key" && isOfAllTenants(request);
  return request.scope === HOST_ONLY || isForAllAlone ? FORBIDDEN : NOT_FOUND;
}

/** What a key for some tenants may do with what the organization has for all of them. */
const isReadByAll = (request: ApiRequest, kind: string) =>
  kind === "another tenant's key" &&
  request.method === "GET" &&
  isOfAllTenants(request) &&
  !isClosedToSome(request);

const templates = new Map(operations.map(({ title, path }) => [title, path]));

async function intrude(here: TwoOwners, request: ApiRequest, kind: string): Promise<void> {
  const { api } = here.intruder;
  const template = templates.get(request.title) ?? "";
  const foreign = await seen(api, request, request.path);
  const never = await seen(api, request, fill(template, request.ids.map(unknown)));
  expect(foreign, request.title).toMatchObject(refusalFor(request, kind));
  expect(foreign, request.title).toEqual(never);
}

describe.each(INTRUDERS)("to %s", (kind) => {
  it("every id in a path is unknown, whatever is there, and nothing comes of asking", async () => {
    const here = await twoOwners(kind);
    const byId = here.requests.filter(({ title }) => title.includes("{"));
    expect(byId.map(({ title }) => title)).toEqual(
      operations.filter(namesById).map(({ title }) => title),
    );
    const before = await here.records();
    const asked = here.meta.requests.length;
    const closed = byId.filter((request) => !isReadByAll(request, kind));
    for (const request of closed) await intrude(here, request, kind);
    expect(await here.records()).toEqual(before);
    expect(here.meta.requests.slice(asked)).toEqual([]);

    for (const { title, method, path } of byId.filter((one) => isReadByAll(one, kind))) {
      expect((await here.intruder.api(method, path)).status, title).toBe(200);
    }
    // Their owner has it all, so that it was there to be found.
    for (const { title, method, path, body } of byId) {
      expect((await here.api(method, path, { body })).status, title).toBeLessThan(300);
    }
    expect(await here.records()).not.toEqual(before);
  });
});
