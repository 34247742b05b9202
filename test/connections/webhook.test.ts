import { describe, expect, it } from "vitest";
import { endpoint, webhookScene } from "./webhook-scene.ts";

const refusal = (status: number, code: string) => ({ status, body: { error: { code } } });

describe("changing the webhook of a connection", () => {
  it("fans out to its siblings, Meta first, and answers the page's four fields", async () => {
    const here = await webhookScene(["acme", "acme", "acme"]);
    const { fields, sink } = await endpoint();
    const { status, body } = await here.api("PATCH", `/connections/${here.ids[1]}`, {
      body: fields,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      connectionId: here.ids[1],
      wabaId: here.wabaId,
      webhookUrl: fields.webhookUrl,
      affectedConnectionIds: here.ids,
    });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: fields.webhookUrl,
    });
    expect(sink.handshakes).toHaveLength(1);
    for (const id of here.ids) {
      expect(await here.get(id)).toMatchObject({
        webhookUrl: fields.webhookUrl,
        webhookState: "active",
        delivery: "direct",
        overrideScope: "waba",
      });
    }
  });

  it("tells each tenant of the account once, with its own connections", async () => {
    const here = await webhookScene(["acme", "globex", "acme"]);
    const { fields } = await endpoint();
    await here.api("PATCH", `/connections/${here.ids[2]}`, { body: fields });
    await expect.poll(() => here.events.length).toBe(2);
    expect(here.events.map(({ type: event, data }) => ({ event, ...data }))).toEqual([
      expect.objectContaining({
        event: "connection.webhook_changed",
        tenantId: "acme",
        connectionId: here.ids[2],
        affectedConnectionIds: [here.ids[0], here.ids[2]],
        webhookUrl: fields.webhookUrl,
      }),
      expect.objectContaining({ tenantId: "globex", affectedConnectionIds: [here.ids[1]] }),
    ]);
  });

  it("needs both fields, and names the one that is missing", async () => {
    const here = await webhookScene(["acme"]);
    const { fields } = await endpoint();
    for (const missing of ["webhookUrl", "webhookVerifyToken"] as const) {
      const body = { ...fields, [missing]: undefined };
      expect(await here.api("PATCH", `/connections/${here.ids[0]}`, { body })).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", fields: [{ path: missing }] } },
      });
    }
    const empty = await here.api("PATCH", `/connections/${here.ids[0]}`, { body: {} });
    expect(empty).toMatchObject(refusal(400, "invalid_request"));
  });

  it.each([false, true])(
    "that Meta refuses leaves everything as it was (a refusal clears at Meta: %s)",
    async (refusedOverrideClears) => {
      const here = await webhookScene(["acme", "acme"], {}, {}, { refusedOverrideClears });
      const before = await endpoint("first");
      await here.api("PATCH", `/connections/${here.ids[0]}`, { body: before.fields });
      await here.quiet();
      const told = here.events.length;
      const shown = await here.get(here.ids[0] ?? "");

      const next = await endpoint("second");
      const body = { ...next.fields, webhookVerifyToken: "wrong" };
      const answer = await here.api("PATCH", `/connections/${here.ids[0]}`, { body });
      expect(answer).toMatchObject({
        status: 422,
        body: { error: { code: "webhook_subscribe_failed", meta: { code: 2200 } } },
      });
      expect(await here.get(here.ids[0] ?? "")).toEqual(shown);
      expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
        overrideCallbackUri: before.fields.webhookUrl,
      });
      await here.quiet();
      expect(here.events).toHaveLength(told);
    },
  );

  it("that changes nothing is verified at Meta again and tells nobody", async () => {
    const here = await webhookScene(["acme"]);
    const { fields, sink } = await endpoint();
    for (let n = 0; n < 2; n += 1) {
      const { status } = await here.api("PATCH", `/connections/${here.ids[0]}`, { body: fields });
      expect(status).toBe(200);
    }
    await here.quiet();
    expect(sink.handshakes).toHaveLength(2);
    expect(here.events).toHaveLength(1);
  });

  it("by the account answers the same, under its oldest connection", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const { fields } = await endpoint();
    const answer = await here.api("PATCH", `/wabas/${here.wabaId}/webhook`, { body: fields });
    expect(answer).toMatchObject({
      status: 200,
      body: { connectionId: here.ids[0], affectedConnectionIds: here.ids },
    });
    expect((await here.api("GET", `/wabas/${here.wabaId}`)).body).toEqual({
      wabaId: here.wabaId,
      webhookUrl: fields.webhookUrl,
      delivery: "direct",
      ordered: false,
      overrideScope: "waba",
      webhookState: "active",
      connectionIds: here.ids,
    });
  });

  it("back to events removes the override, and nothing else", async () => {
    const here = await webhookScene(["acme"]);
    const { fields } = await endpoint();
    await here.api("PATCH", `/connections/${here.ids[0]}`, { body: fields });
    const answer = await here.api("PATCH", `/connections/${here.ids[0]}`, {
      body: { delivery: "events" },
    });
    expect(answer).toMatchObject({ status: 200, body: { webhookUrl: null } });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({
      webhookUrl: null,
      webhookState: "none",
      delivery: "events",
    });
  });

  it("is refused to a key that does not speak for all tenants of the account", async () => {
    const here = await webhookScene(["acme", "globex"]);
    const { fields } = await endpoint();
    const bound = await here.clientOf({ tenantIds: ["acme"] });
    const answer = await bound("PATCH", `/connections/${here.ids[0]}`, { body: fields });
    expect(answer).toMatchObject(refusal(403, "forbidden"));
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
  });

  it("of nobody's connection, or of somebody else's, is the same 404", async () => {
    const here = await webhookScene(["acme"]);
    const { fields } = await endpoint();
    const stranger = await here.clientOf({ organizationId: "org_other" });
    const answers = [
      await stranger("PATCH", `/connections/${here.ids[0]}`, { body: fields }),
      await stranger("PATCH", "/connections/conn_unknown", { body: fields }),
      await stranger("PATCH", `/wabas/${here.wabaId}/webhook`, { body: fields }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(refusal(404, "not_found"));
      expect(answer.body.error).toEqual(answers[0]?.body.error);
    }
  });
});

describe("each number with a webhook of its own", () => {
  it("keeps what it had when the scope turns, and is changed alone from then on", async () => {
    const here = await webhookScene(["acme", "globex"]);
    const shared = await endpoint("shared");
    const own = await endpoint("own");
    await here.api("PATCH", `/connections/${here.ids[0]}`, { body: shared.fields });
    const { body } = await here.api("PATCH", `/connections/${here.ids[0]}`, {
      body: { ...own.fields, overrideScope: "number" },
    });
    expect(body).toMatchObject({ affectedConnectionIds: [here.ids[0]] });
    const overrides = here.phoneNumberIds.map((id) => here.meta.numberOverrideOf(id));
    expect(overrides).toEqual([own.fields.webhookUrl, shared.fields.webhookUrl]);
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
    expect(await here.get(here.ids[1] ?? "")).toMatchObject({
      webhookUrl: shared.fields.webhookUrl,
      overrideScope: "number",
    });
  });

  it("follows the account again when the scope turns back", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const own = await endpoint("own");
    const shared = await endpoint("shared");
    const path = `/connections/${here.ids[0]}`;
    await here.api("PATCH", path, { body: { ...own.fields, overrideScope: "number" } });
    const back = { ...shared.fields, overrideScope: "waba" };
    expect((await here.api("PATCH", path, { body: back })).status).toBe(200);
    expect(here.phoneNumberIds.map((id) => here.meta.numberOverrideOf(id))).toEqual([
      undefined,
      undefined,
    ]);
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: shared.fields.webhookUrl,
    });
  });

  it("that Meta refuses for one number leaves the account's webhook in place", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const shared = await endpoint("shared");
    const path = `/connections/${here.ids[0]}`;
    await here.api("PATCH", path, { body: shared.fields });
    const wrong = { ...(await endpoint("own")).fields, webhookVerifyToken: "wrong" };
    const answer = await here.api("PATCH", path, { body: { ...wrong, overrideScope: "number" } });
    expect(answer).toMatchObject(refusal(422, "webhook_subscribe_failed"));
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: shared.fields.webhookUrl,
    });
    expect(here.phoneNumberIds.map((id) => here.meta.numberOverrideOf(id))).toEqual([
      undefined,
      undefined,
    ]);
    expect(await here.get(here.ids[1] ?? "")).toMatchObject({ overrideScope: "waba" });
  });
});

describe("relay", () => {
  it("asks the endpoint itself, and shows the secret it made once", async () => {
    const here = await webhookScene(["acme"]);
    const { fields, sink } = await endpoint();
    const path = `/connections/${here.ids[0]}`;
    const { status, body } = await here.api("PATCH", path, {
      body: { ...fields, delivery: "relay" },
    });
    expect(status).toBe(200);
    expect(body.webhookSigningSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(sink.handshakes).toHaveLength(1);
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({ delivery: "relay" });
    const again = await here.api("PATCH", path, { body: fields });
    expect(again.body).not.toHaveProperty("webhookSigningSecret");
  });

  it("is refused to an endpoint that does not answer as it should", async () => {
    const here = await webhookScene(["acme"]);
    const { fields } = await endpoint();
    const body = { ...fields, webhookVerifyToken: "wrong", delivery: "relay" };
    expect(await here.api("PATCH", `/connections/${here.ids[0]}`, { body })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: "webhook_preflight_failed",
          preflight: { category: "verify_token_rejected", httpStatus: 403 },
        },
      },
    });
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({ delivery: "events" });
  });

  it("rotates its secret, and the former one lives for a day", async () => {
    const here = await webhookScene(["acme"]);
    const { fields } = await endpoint();
    const rotate = () => here.api("POST", `/wabas/${here.wabaId}/rotate-signing-secret`);
    expect(await rotate()).toMatchObject(refusal(400, "invalid_request"));
    const body = { ...fields, delivery: "relay", webhookSigningSecret: "a secret of their own" };
    await here.api("PATCH", `/connections/${here.ids[0]}`, { body });
    const rotated = (await rotate()).body;
    expect(rotated).toEqual({
      wabaId: here.wabaId,
      webhookSigningSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
      previousValidUntil: expect.any(String),
    });
    const untilMs = Date.parse(String(rotated.previousValidUntil)) - Date.now();
    expect(Math.round(untilMs / 3_600_000)).toBe(24);
  });
});
