import { describe, expect, it } from "vitest";
import { endpoint, webhookScene } from "./webhook-scene.ts";

const refusal = (status: number, code: string) => ({ status, body: { error: { code } } });

describe("disconnecting", () => {
  it("leaves the siblings subscribed, and unsubscribes with the last one", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const first = await here.api("DELETE", `/connections/${here.ids[0]}`);
    expect(first).toMatchObject({ status: 200 });
    expect(first.body).toEqual({
      connectionId: here.ids[0],
      status: "disconnected",
      metaUnsubscribed: false,
    });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
    const last = await here.api("DELETE", `/connections/${here.ids[1]}`);
    expect(last.body).toMatchObject({ metaUnsubscribed: true });
    expect(here.meta.subscriptionOf(here.wabaId)).toBeUndefined();
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
    await expect.poll(() => here.events.length).toBe(2);
    expect(here.events.map(({ type: event, data }) => ({ event, ...data }))).toEqual(
      here.ids.map((connectionId) =>
        expect.objectContaining({
          event: "connection.disconnected",
          connectionId,
          reason: "partner_initiated",
        }),
      ),
    );
  });

  it("is over: the id is unknown afterwards, to every route", async () => {
    const here = await webhookScene(["acme"]);
    const path = `/connections/${here.ids[0]}`;
    await here.api("DELETE", path);
    for (const [method, at] of [
      ["GET", path],
      ["DELETE", path],
      ["PATCH", path],
      ["POST", `${path}/suspend`],
      ["POST", `${path}/resume`],
    ] as const) {
      const body = method === "PATCH" ? { name: "x" } : undefined;
      expect(await here.api(method, at, { body })).toMatchObject(refusal(404, "not_found"));
    }
    const waba = await here.api("GET", `/wabas/${here.wabaId}`);
    expect(waba).toMatchObject(refusal(404, "not_found"));
  });

  it("is not kept from it by a dead token", async () => {
    const here = await webhookScene(["acme"]);
    here.meta.revokeToken(here.accessToken);
    const { status, body } = await here.api("DELETE", `/connections/${here.ids[0]}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ metaUnsubscribed: false });
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
  });

  it("of the two last siblings at once unsubscribes exactly once", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const answers = await Promise.all(
      here.ids.map((id) => here.api("DELETE", `/connections/${id}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ body }) => body.metaUnsubscribed).sort()).toEqual([false, true]);
    const deletes = here.meta.requests.filter(({ method }) => method === "DELETE");
    expect(deletes).toHaveLength(1);
  });

  it("can be followed by connecting anew, under a new id", async () => {
    const here = await webhookScene(["acme"]);
    await here.api("DELETE", `/connections/${here.ids[0]}`);
    const { wabaId, accessToken } = here;
    const [phoneNumberId] = here.phoneNumberIds;
    const { status, body } = await here.connect({ wabaId, accessToken, phoneNumberId });
    expect(status).toBe(201);
    expect(body.connectionId).not.toBe(here.ids[0]);
    expect(here.meta.subscriptionOf(wabaId)).toEqual({});
    const other = await here.connect({ wabaId, accessToken, phoneNumberId, tenantId: "globex" });
    expect(other).toMatchObject(refusal(409, "number_in_use"));
  });

  it("takes the overrides of numbers with it", async () => {
    const own = await endpoint("own");
    const here = await webhookScene(["acme"], { ...own.fields, overrideScope: "number" });
    expect(here.meta.numberOverrideOf(here.phoneNumberIds[0] ?? "")).toBe(own.fields.webhookUrl);
    await here.api("DELETE", `/connections/${here.ids[0]}`);
    expect(here.meta.numberOverrideOf(here.phoneNumberIds[0] ?? "")).toBeUndefined();
    expect(here.meta.subscriptionOf(here.wabaId)).toBeUndefined();
  });
});

describe("suspending", () => {
  it("removes the override with the last number, and brings it back with the first", async () => {
    const { fields } = await endpoint();
    const here = await webhookScene(["acme", "globex"], fields);
    const [one = "", two = ""] = here.ids;
    const suspended = await here.api("POST", `/connections/${one}/suspend`);
    expect(suspended.body).toMatchObject({
      status: "suspended",
      billingSuspendedAt: expect.any(String),
      webhookState: "active",
    });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: fields.webhookUrl,
    });
    const both = await here.api("POST", `/connections/${two}/suspend`);
    expect(both.body).toMatchObject({ webhookState: "removed", webhookUrl: fields.webhookUrl });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({});
    const back = await here.api("POST", `/connections/${one}/resume`);
    expect(back.body).toMatchObject({
      status: "active",
      billingSuspendedAt: null,
      webhookState: "active",
    });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: fields.webhookUrl,
    });
  });

  it("is undone also where Meta does not take the override back, and says so", async () => {
    const { fields, sink } = await endpoint();
    const here = await webhookScene(["acme"], fields);
    const path = `/connections/${here.ids[0]}`;
    await here.api("POST", `${path}/suspend`);
    sink.respondToHandshake({ status: 500 });
    const { status, body } = await here.api("POST", `${path}/resume`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "active", webhookState: "refused" });
    sink.respondToHandshake(undefined);
    await here.api("PATCH", path, { body: fields });
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({ webhookState: "active" });
  });

  it("twice is as once, and turns are told once", async () => {
    const here = await webhookScene(["acme"]);
    const path = `/connections/${here.ids[0]}`;
    for (const act of ["suspend", "suspend", "resume", "resume"]) {
      expect((await here.api("POST", `${path}/${act}`)).status).toBe(200);
    }
    await here.quiet();
    expect(here.events.map(({ data }) => data)).toEqual([
      expect.objectContaining({ from: "active", to: "suspended" }),
      expect.objectContaining({ from: "suspended", to: "active" }),
    ]);
  });

  it("keeps messages from the tenant: the host alone hears of them", async () => {
    const here = await webhookScene(["acme"]);
    await here.api("POST", `/connections/${here.ids[0]}/suspend`);
    await here.quiet();
    here.meta.setAppCallback({ callbackUrl: here.callbackUrl });
    const about = { wabaId: here.wabaId, phoneNumberId: here.phoneNumberIds[0] ?? "" };
    const payload = here.meta.textMessage({ ...about, from: "15550123456", body: "hi" });
    expect(await here.meta.send(here.callbackUrl, payload)).toMatchObject({ status: 200 });
    await expect.poll(() => here.events.at(-1)?.type).toBe("webhook.unrouted");
    expect(here.events.at(-1)?.data).toMatchObject({ reason: "suspended" });
  });
});

describe("another access token", () => {
  it("is held against Meta, then serves all connections of the account", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const { wabaId } = here;
    const path = `/wabas/${wabaId}/access-token`;
    const elsewhere = here.meta.issueToken({ wabaIds: [here.meta.addWaba().wabaId] });
    const wrong = await here.api("PUT", path, { body: { accessToken: elsewhere } });
    expect(wrong).toMatchObject(refusal(400, "invalid_request"));
    here.meta.revokeToken(here.accessToken);
    const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
    const { status, body } = await here.api("PUT", path, { body: { accessToken } });
    expect(status).toBe(200);
    expect(body).toEqual({ wabaId, tokenExpiresAt: null, affectedConnectionIds: here.ids });
    const { fields } = await endpoint();
    const changed = await here.api("PATCH", `/connections/${here.ids[0]}`, { body: fields });
    expect(changed.status).toBe(200);
  });
});

describe("a connection's name and metadata", () => {
  it("are its own, and stay where they are not named", async () => {
    const here = await webhookScene(["acme", "acme"]);
    const path = `/connections/${here.ids[0]}`;
    const named = await here.api("PATCH", path, {
      body: { name: "Front desk", metadata: { plan: "pro" } },
    });
    expect(named.body).toMatchObject({ name: "Front desk", metadata: { plan: "pro" } });
    const cleared = await here.api("PATCH", path, { body: { metadata: null } });
    expect(cleared.body).toMatchObject({ name: "Front desk", metadata: null });
    const back = await here.api("PATCH", path, { body: { name: null } });
    expect(back.body.name).toBe(back.body.verifiedName);
    expect(await here.get(here.ids[1] ?? "")).toMatchObject({ metadata: null });
  });
});

describe("tenants", () => {
  it("come with their first connection, newest first, with their connections", async () => {
    const here = await webhookScene(["acme", "globex", "acme"]);
    const { body } = await here.api("GET", "/tenants");
    expect(body).toMatchObject({
      data: [
        { tenantId: "globex", name: null, connections: [{ connectionId: here.ids[1] }] },
        {
          tenantId: "acme",
          connections: [{ connectionId: here.ids[2] }, { connectionId: here.ids[0] }],
        },
      ],
      nextCursor: null,
    });
    const named = await here.api("PATCH", "/tenants/acme", { body: { name: "Acme Inc." } });
    expect(named.body).toMatchObject({ tenantId: "acme", name: "Acme Inc." });
    expect((await here.api("GET", "/tenants/acme")).body).toEqual(named.body);
  });

  it("are nobody's to those who act for others", async () => {
    const here = await webhookScene(["acme", "globex"]);
    const bound = await here.clientOf({ tenantIds: ["globex"] });
    expect((await bound("GET", "/tenants")).body.data).toHaveLength(1);
    for (const tenantId of ["acme", "nobody"]) {
      const answer = await bound("GET", `/tenants/${tenantId}`);
      expect(answer).toMatchObject(refusal(404, "not_found"));
    }
  });
});

describe("deleting a tenant", () => {
  it("disconnects its numbers, erases what was told of it, and tells when it is done", async () => {
    const here = await webhookScene(["acme", "globex"]);
    here.meta.setAppCallback({ callbackUrl: here.callbackUrl });
    for (const phoneNumberId of here.phoneNumberIds) {
      const about = { wabaId: here.wabaId, phoneNumberId, from: "15550123456" };
      const payload = here.meta.textMessage({ ...about, body: "something private" });
      await here.meta.send(here.callbackUrl, payload);
    }
    await expect.poll(() => here.events.length).toBe(2);
    const answer = await here.api("DELETE", "/tenants/acme");
    expect(answer).toMatchObject({ status: 202, body: { tenantId: "acme", status: "deleting" } });
    const told = () => here.events.map(({ type: event }) => event);
    await expect.poll(told, { timeout: 10_000 }).toContain("tenant.deleted");
    expect(await here.api("GET", "/tenants/acme")).toMatchObject(refusal(404, "not_found"));
    expect((await here.api("GET", "/connections")).body.data).toMatchObject([
      { tenantId: "globex" },
    ]);
    const bodies = [...here.entries.values()].map((value) => JSON.stringify(value));
    const kept = bodies.filter((text) => text.includes("something private"));
    expect(kept).toHaveLength(1);
    expect(kept[0]).toContain("globex");
  });

  it("erases what was relayed of its numbers", async () => {
    const { fields, sink } = await endpoint();
    const here = await webhookScene(["acme"], { ...fields, delivery: "relay" });
    const [phoneNumberId = ""] = here.phoneNumberIds;
    const about = { wabaId: here.wabaId, phoneNumberId, from: "15550123456" };
    await here.meta.send(here.callbackUrl, here.meta.textMessage({ ...about, body: "private" }));
    await sink.waitFor(1);
    const relayed = () => [...here.entries.keys()].filter((key) => key.includes("forward:"));
    expect(relayed()).toHaveLength(1);
    await here.api("DELETE", "/tenants/acme");
    await expect.poll(() => here.events.at(-1)?.type, { timeout: 10_000 }).toBe("tenant.deleted");
    await expect.poll(relayed, { timeout: 5_000 }).toHaveLength(0);
  });

  it("waits while Meta cannot be asked, and lets nobody connect for it meanwhile", async () => {
    const here = await webhookScene(["acme"]);
    const lift = here.meta.fail({ path: /subscribed_apps/, times: Number.POSITIVE_INFINITY });
    await here.api("DELETE", "/tenants/acme");
    await here.quiet();
    lift();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId });
    const { wabaId, accessToken } = here;
    const answer = await here.connect({ wabaId, accessToken, phoneNumberId });
    expect(answer).toMatchObject(refusal(409, "connection_busy"));
    expect((await here.api("GET", "/tenants/acme")).status).toBe(200);
  });
});

describe("connecting with a webhook", () => {
  it("sets the override, and siblings of the same tenant follow newer values", async () => {
    const first = await endpoint("first");
    const here = await webhookScene(["acme"], first.fields);
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({
      webhookUrl: first.fields.webhookUrl,
      delivery: "direct",
    });
    const second = await endpoint("second");
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId });
    const { wabaId, accessToken } = here;
    const answer = await here.connect({ wabaId, accessToken, phoneNumberId, ...second.fields });
    expect(answer.status).toBe(201);
    expect(await here.get(here.ids[0] ?? "")).toMatchObject({
      webhookUrl: second.fields.webhookUrl,
    });
    await expect.poll(() => here.events.length).toBe(1);
    expect(here.events[0]).toMatchObject({ type: "connection.webhook_changed" });
  });

  it.each([
    ["url", ({ other, first }: Fields) => ({ ...first, webhookUrl: other.webhookUrl })],
    ["verify_token", ({ first }: Fields) => ({ ...first, webhookVerifyToken: "second" })],
    ["both", ({ other }: Fields) => other],
  ] as const)("of another tenant conflicts by its %s", async (mismatch, fieldsOf) => {
    const first = await endpoint("first");
    const here = await webhookScene(["acme"], first.fields);
    const other = await endpoint("second");
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId });
    const { wabaId, accessToken } = here;
    const fields = fieldsOf({ first: first.fields, other: other.fields });
    const claim = { tenantId: "globex", wabaId, accessToken, phoneNumberId };
    expect(await here.connect({ ...claim, ...fields })).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "waba_webhook_conflict",
          mismatch,
          webhookUrl: first.fields.webhookUrl,
        },
      },
    });
    expect((await here.connect({ ...claim, ...first.fields })).status).toBe(201);
  });

  it("that Meta refuses connects nothing, and leaves no subscription", async () => {
    const here = await webhookScene([]);
    const { fields } = await endpoint();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId });
    const { wabaId, accessToken } = here;
    const wrong = { ...fields, webhookVerifyToken: "wrong" };
    const answer = await here.connect({ wabaId, accessToken, phoneNumberId, ...wrong });
    expect(answer).toMatchObject(refusal(422, "webhook_subscribe_failed"));
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
    expect(here.meta.subscriptionOf(wabaId)).toBeUndefined();
    expect((await here.connect({ wabaId, accessToken, phoneNumberId, ...fields })).status).toBe(
      201,
    );
  });
});

describe("connecting without asking Meta first", () => {
  const later = async (fields: object = {}) => {
    const here = await webhookScene([]);
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId, isOnBizApp: true });
    const { wabaId, accessToken } = here;
    const claim = { wabaId, accessToken, phoneNumberId, verify: "later", ...fields };
    return { ...here, claim, answer: await here.connect(claim) };
  };

  it("answers pending, and turns active once Meta was asked", async () => {
    const { fields } = await endpoint();
    const here = await later(fields);
    expect(here.answer).toMatchObject({
      status: 201,
      body: { status: "pending", connectionMode: "unknown", webhookUrl: null },
    });
    const id = String(here.answer.body.connectionId);
    await expect.poll(async () => (await here.get(id)).status, { timeout: 10_000 }).toBe("active");
    expect(await here.get(id)).toMatchObject({
      connectionMode: "coexistence",
      webhookUrl: fields.webhookUrl,
    });
    expect(here.meta.subscriptionOf(here.wabaId)).toEqual({
      overrideCallbackUri: fields.webhookUrl,
    });
    await expect
      .poll(() => here.events.map(({ type: event }) => event))
      .toContain("connection.status_changed");
  });

  it("says why a number stays pending", async () => {
    const here = await later({ accessToken: "EAAnobodys" });
    const id = String(here.answer.body.connectionId);
    const reason = async () => (await here.get(id)).statusReason;
    await expect.poll(reason, { timeout: 10_000 }).toBe("meta_token_expired");
    expect(await here.get(id)).toMatchObject({ status: "pending" });
    expect(here.meta.subscriptionOf(here.wabaId)).toBeUndefined();
  });

  it("needs to be told the account", async () => {
    const here = await later({ wabaId: undefined });
    expect(here.answer).toMatchObject({
      status: 400,
      body: { error: { fields: [{ path: "wabaId" }] } },
    });
  });
});

interface Fields {
  readonly first: { readonly webhookUrl: string; readonly webhookVerifyToken: string };
  readonly other: { readonly webhookUrl: string; readonly webhookVerifyToken: string };
}
