import { keyvStore } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { Host } from "../spine/setting.ts";
import { refusal, scene } from "./scene.ts";

const both = { secretTypes: ["webhook_signing_secret", "access_token"] };

describe.each<Host>(["express", "koa"])("the secrets of a connection on %s", (host) => {
  it("are shown to a key that may, and to nobody's cache; what there is not is null", async () => {
    const { clientOf, connect } = await scene(host);
    const { connectionId, accessToken } = await connect("a");
    const client = await clientOf({ scopes: ["secrets:reveal"] });
    const path = `/connections/${connectionId}/reveal-secrets`;
    const { status, body, headers } = await client("POST", path, both);
    expect(status).toBe(200);
    expect(body).toEqual({
      connectionId,
      secrets: { access_token: accessToken, webhook_signing_secret: null },
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const one = await client("POST", path, { secretTypes: ["access_token"] });
    expect(one.body.secrets).toEqual({ access_token: accessToken });
  });

  it("are told of by the audit log, each time, also with one Idempotency-Key", async () => {
    const { api, connect, hub } = await scene(host);
    const { connectionId, wabaId, accessToken } = await connect("a");
    const path = `/connections/${connectionId}/reveal-secrets`;
    const once = { "idempotency-key": "one" };
    const answers = [await api("POST", path, both, once), await api("POST", path, both, once)];
    expect(answers.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, null]);
    const { data } = await hub.auditLog.list({ action: "connection.secrets_revealed" });
    const subject = {
      connectionId,
      wabaId,
      tenantId: "a",
      secretTypes: ["access_token", "webhook_signing_secret"],
    };
    expect(data.map(({ requestId }) => requestId)).toEqual(
      answers.map(({ headers }) => headers.get("x-request-id")).reverse(),
    );
    expect(data.map((entry) => entry.subject)).toEqual([subject, subject]);
    expect(JSON.stringify(data)).not.toContain(accessToken);
    expect(await hub.auditLog.verify()).toMatchObject({ isIntact: true });
  });
});

describe("the secrets of a connection", () => {
  it("are closed to keys of other scopes, and the connection to those of others", async () => {
    const { clientOf, connect, hub, as } = await scene();
    const { connectionId } = await connect("a");
    const path = `/connections/${connectionId}/reveal-secrets`;
    const scopes = ["connections:read", "connections:write", "keys:write"];
    const without = await clientOf({ scopes });
    expect(await without("POST", path, both)).toMatchObject(refusal(403, "forbidden"));
    const bound = await clientOf({ scopes: ["*"], tenantIds: ["b"] });
    const { apiKey } = await hub.organization("o").apiKeys.create({ name: "k", scopes: ["*"] });
    for (const client of [bound, as(apiKey)]) {
      expect(await client("POST", path, both)).toMatchObject(refusal(404, "not_found"));
    }
    const { data } = await hub.auditLog.list({ action: "connection.secrets_revealed" });
    expect(data).toEqual([]);
  });

  it.each([{}, { secretTypes: [] }, { secretTypes: ["app_secret"] }])(
    "are not asked for by %j",
    async (body) => {
      const { api, connect } = await scene();
      const { connectionId } = await connect("a");
      expect(await api("POST", `/connections/${connectionId}/reveal-secrets`, body)).toMatchObject(
        refusal(400, "invalid_request"),
      );
    },
  );

  it("do not leave when the audit log cannot be written", async () => {
    let refuses = false;
    const store = faultyStore(keyvStore(new Keyv()), {
      at: ({ name }) => refuses && name === "commit",
      mode: "before",
    });
    const { api, connect } = await scene("express", { store });
    const { connectionId, accessToken } = await connect("a");
    refuses = true;
    const answer = await api("POST", `/connections/${connectionId}/reveal-secrets`, both);
    refuses = false;
    expect(answer).toMatchObject(refusal(503, "store_unavailable"));
    expect(JSON.stringify(answer.body)).not.toContain(accessToken);
  });

  it("are shown to the host, who is told of as well", async () => {
    const { hub, connect } = await scene();
    const { connectionId, accessToken } = await connect("a");
    const shown = await hub.connections.revealSecrets(connectionId, {
      secretTypes: ["access_token"],
    });
    expect(shown).toEqual({ connectionId, secrets: { access_token: accessToken } });
    const { data } = await hub.auditLog.list({ action: "connection.secrets_revealed" });
    expect(data).toMatchObject([{ actor: "host", requestId: null }]);
  });
});
