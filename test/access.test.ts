import { describe, expect, it } from "vitest";
import { accessRoutes, refusal, type Scene, scene } from "./access/scene.ts";
import type { Host } from "./spine/setting.ts";

const bodies: Readonly<Record<string, object>> = {
  "POST /api-keys": { name: "k", scopes: ["connections:read"] },
  "POST /organizations": { name: "Acme" },
  "POST /connections/:id/reveal-secrets": { secretTypes: ["access_token"] },
};

/** Ids of another organization, by the start of the paths they belong to. */
async function foreignIds({ hub, connect }: Scene) {
  const other = hub.organization("org_other");
  const { keyId } = await other.apiKeys.create({ name: "theirs", scopes: ["*"] });
  const { connectionId } = await connect("theirs", other);
  return { "/api-keys": keyId, "/connections": connectionId };
}

describe.each<Host>(["express", "koa"])("every route over who may what, on %s", (host) => {
  it("is closed without a key, and without its scope", async () => {
    const here = await scene(host);
    const useless = await here.clientOf({ scopes: ["inbox:read"] });
    for (const { method, path } of accessRoutes) {
      const body = bodies[`${method} ${path}`];
      const target = path.replace(":id", "x");
      expect(await here.as("")(method, target, body)).toMatchObject(refusal(401, "unauthorized"));
      expect(await useless(method, target, body)).toMatchObject(refusal(403, "forbidden"));
    }
  });

  it("answers a foreign id as an unknown one, in the same words", async () => {
    const here = await scene(host);
    const foreign = await foreignIds(here);
    const client = await here.clientOf({ scopes: ["*"] });
    const withIds = accessRoutes.filter(({ path }) => /^\/(api-keys|connections)\/:id/.test(path));
    expect(withIds.length).toBeGreaterThanOrEqual(4);
    for (const { method, path } of withIds) {
      const body = bodies[`${method} ${path}`];
      const id = path.startsWith("/api-keys") ? foreign["/api-keys"] : foreign["/connections"];
      const unknown = `${id.slice(0, -6)}000000`;
      const [theirs, nobodys] = [
        await client(method, path.replace(":id", id), body),
        await client(method, path.replace(":id", unknown), body),
      ];
      expect(theirs).toMatchObject(refusal(404, "not_found"));
      expect(theirs.body.error).toEqual(nobodys.body.error);
    }
  });

  it("lists nothing of others", async () => {
    const here = await scene(host);
    const foreign = await foreignIds(here);
    const client = await here.clientOf({ scopes: ["*"] });
    for (const path of ["/api-keys", "/audit-log", "/organization"]) {
      const { status, body } = await client("GET", path);
      expect(status).toBe(200);
      for (const id of ["org_other", ...Object.values(foreign)]) {
        expect(JSON.stringify(body)).not.toContain(id);
      }
    }
  });
});
