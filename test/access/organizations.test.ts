import { describe, expect, it } from "vitest";
import type { Host } from "../spine/setting.ts";
import { refusal, scene } from "./scene.ts";

const noBranding = {
  displayName: null,
  logoUrl: null,
  accentColor: null,
  supportUrl: null,
  privacyUrl: null,
};

describe.each<Host>(["express", "koa"])("organizations on %s", (host) => {
  it("are made, listed and deleted with the bootstrap key", async () => {
    const { api } = await scene(host);
    const settings = {
      branding: { displayName: "Acme", accentColor: "#25d366" },
      allowedRedirectUrls: ["https://acme.example/done/*"],
      limits: { reads: { max: 10, perMs: 60_000 } },
    };
    const { status, body } = await api("POST", "/organizations", { name: "Acme", ...settings });
    const id = expect.stringMatching(/^org_[0-9a-z]{26}$/);
    expect(status).toBe(201);
    expect(body).toEqual({
      organizationId: id,
      name: "Acme",
      ...settings,
      branding: { ...noBranding, ...settings.branding },
      retention: null,
      createdAt: expect.any(String),
    });
    const path = `/organizations/${body.organizationId}`;
    expect((await api("GET", path)).body).toEqual(body);
    const listed = await api("GET", "/organizations");
    expect(listed.body.data).toMatchObject([{ name: "Acme" }, { name: "Default" }]);

    const { organizationId } = body;
    expect((await api("DELETE", path)).body).toEqual({ organizationId, deleted: true });
    for (const method of ["GET", "DELETE"]) {
      expect(await api(method, path)).toMatchObject(refusal(404, "not_found"));
    }
    expect((await api("GET", "/organizations")).body.data).toMatchObject([{ name: "Default" }]);
  });

  it("are nothing to any other key, whatever its scopes", async () => {
    const { api, clientOf } = await scene(host);
    const client = await clientOf({ scopes: ["*"] });
    const { body } = await api("POST", "/organizations", { name: "Acme" });
    for (const [method, path, sent] of [
      ["GET", "/organizations", undefined],
      ["POST", "/organizations", { name: "Mine" }],
      ["GET", `/organizations/${body.organizationId}`, undefined],
      ["DELETE", `/organizations/${body.organizationId}`, undefined],
    ] as const) {
      expect(await client(method, path, sent)).toMatchObject(refusal(403, "forbidden"));
    }
  });
});

describe("an organization's own settings", () => {
  it("are changed field by field, and read with less", async () => {
    const { clientOf } = await scene();
    const admin = await clientOf({ scopes: ["keys:write"] });
    const reader = await clientOf({ scopes: ["connections:read"] });
    await admin("PATCH", "/organization", { name: "Acme", branding: { displayName: "Acme" } });
    await admin("PATCH", "/organization", { branding: { logoUrl: "https://acme.example/a.svg" } });
    expect((await reader("GET", "/organization")).body).toMatchObject({
      name: "Acme",
      branding: { ...noBranding, displayName: "Acme", logoUrl: "https://acme.example/a.svg" },
    });
    expect(await reader("PATCH", "/organization", { name: "x" })).toMatchObject(
      refusal(403, "forbidden"),
    );
  });

  it("do not include its limits and retention, which the bootstrap key sets", async () => {
    const { api, clientOf } = await scene();
    const admin = await clientOf({ scopes: ["*"] });
    for (const change of [{ limits: { reads: false } }, { retention: null }]) {
      expect(await admin("PATCH", "/organization", change)).toMatchObject(
        refusal(403, "forbidden"),
      );
      expect((await api("PATCH", "/organization", change)).body).toMatchObject(change);
    }
  });

  it("are out of reach of a key for certain tenants", async () => {
    const { clientOf } = await scene();
    const bound = await clientOf({ scopes: ["*"], tenantIds: ["a"] });
    for (const [method, path] of [
      ["GET", "/organization"],
      ["PATCH", "/organization"],
      ["GET", "/audit-log"],
    ] as const) {
      expect(await bound(method, path)).toMatchObject(refusal(403, "forbidden"));
    }
  });

  it("exist for an id that the host has made up, which is known from its first use on", async () => {
    const { hub } = await scene();
    const own = hub.organization("tenant-7");
    expect(await own.settings.get()).toMatchObject({ organizationId: "tenant-7", name: null });
    expect(await hub.organizations.get("tenant-7")).toBeUndefined();
    await own.apiKeys.create({ name: "k", scopes: ["*"] });
    expect(await hub.organizations.get("tenant-7")).toMatchObject({ name: null, createdAt: null });
    await own.settings.change({ name: "Seven" });
    const { data } = await hub.organizations.list();
    expect(data.map(({ name }) => name)).toEqual(["Seven", "Default"]);
  });
});

describe("deleting an organization", () => {
  it("is refused while it has connections", async () => {
    const { api, hub, connect } = await scene();
    const { organizationId } = await hub.organizations.create({ name: "Acme" });
    const acme = hub.organization(organizationId);
    const { connectionId } = await connect("a", acme);
    const path = `/organizations/${organizationId}`;
    expect(await api("DELETE", path)).toMatchObject(refusal(409, "organization_not_empty"));
    expect(await acme.connections.get(connectionId)).toBeDefined();
    await acme.connections.disconnect(connectionId);
    expect((await api("DELETE", path)).status).toBe(200);
  });

  it("leaves what is sealed of it to be sealed anew", async () => {
    const { hub, sink } = await scene();
    const { organizationId } = await hub.organizations.create({ name: "Acme" });
    await hub.organization(organizationId).webhookEndpoints.create({ url: sink.url });
    const before = await hub.rotateSecrets();
    await hub.organizations.delete(organizationId);
    expect(await hub.rotateSecrets()).toEqual(before);
    expect(before).toEqual({ resealed: 0, current: 2 });
  });

  it("is refused for the default one", async () => {
    const { api } = await scene();
    const { body } = await api("GET", "/organization");
    expect(await api("DELETE", `/organizations/${body.organizationId}`)).toMatchObject(
      refusal(400, "invalid_request"),
    );
  });

  it("ends its keys, and its id is nobody's again", async () => {
    const { hub, as, connect } = await scene();
    const { organizationId } = await hub.organizations.create({ name: "Acme" });
    const acme = hub.organization(organizationId);
    const { apiKey } = await acme.apiKeys.create({ name: "k", scopes: ["*"] });
    expect((await as(apiKey)("GET", "/connections")).status).toBe(200);
    await hub.organizations.delete(organizationId);
    expect(await as(apiKey)("GET", "/connections")).toMatchObject(refusal(401, "unauthorized"));
    const gone = { code: "not_found" };
    await expect(acme.apiKeys.create({ name: "k", scopes: ["*"] })).rejects.toMatchObject(gone);
    await expect(connect("a", acme)).rejects.toMatchObject(gone);
    await expect(acme.settings.change({ name: "x" })).rejects.toMatchObject(gone);
  });
});
