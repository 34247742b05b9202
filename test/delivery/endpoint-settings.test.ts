import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { client } from "../api/client.ts";
import { attempts, eventually, nextAttempt, scene } from "./scene.ts";

type Scene = Awaited<ReturnType<typeof scene>>;

async function endpoint(here: Scene, fields: object = {}) {
  const { status, body } = await here.addEndpoint({ url: here.sink.url, ...fields });
  expect(status).toBe(201);
  const path = `/webhook-endpoints/${body.id}`;
  const patch = (changes: object) => here.call("PATCH", path, changes);
  const get = async () => (await here.call("GET", path)).body;
  return { id: String(body.id), secret: String(body.secret), path, patch, get };
}

const fieldsOf = (body: object) =>
  (
    body as { readonly error: { readonly fields: readonly { readonly path: string }[] } }
  ).error.fields.map(({ path }) => path);

describe("a change of an endpoint", () => {
  it("replaces what is given, and leaves the rest", async () => {
    const here = await scene();
    const { patch, get, ...made } = await endpoint(here, { description: "CRM", rateLimit: 5 });
    const before = await get();
    const changes = {
      url: `${here.sink.url}/new`,
      events: ["message.*"],
      filter: { tenantIds: ["acme"] },
      signature: { format: "sha256-hex", prefix: "X-Acme" },
      concurrency: 1,
      ordered: true,
    };
    const { status, body } = await patch(changes);
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, ...changes, id: made.id });
    expect(await get()).toEqual(body);
    const cleared = { description: null, filter: null, rateLimit: null };
    expect((await patch(cleared)).body).toEqual({ ...body, ...cleared });
    expect((await patch({})).body).toEqual({ ...body, ...cleared });
  });

  it("is made whole or not at all", async () => {
    const here = await scene({ allowPrivateNetwork: false });
    const { body } = await here.addEndpoint({ url: "https://hooks.example.com/" });
    const path = `/webhook-endpoints/${body.id}`;
    const before = (await here.call("GET", path)).body;
    for (const [changes, code] of [
      [{ description: "new", url: "https://10.0.0.1/" }, "invalid_webhook_url"],
      [{ description: "new", concurrency: 0 }, "invalid_request"],
      [{ description: "new", secret: "whsec_x" }, "invalid_request"],
      [{ description: "new", events: null }, "invalid_request"],
      [{ description: "new", headers: { "content-length": "1" } }, "invalid_request"],
    ] as const) {
      const answer = await here.call("PATCH", path, changes);
      expect(answer, JSON.stringify(changes)).toMatchObject({
        status: 400,
        body: { error: { code } },
      });
    }
    expect((await here.call("GET", path)).body).toEqual(before);
  });

  it("stops deliveries, and lets out what has waited when it is enabled again", async () => {
    const here = await scene();
    const { patch } = await endpoint(here);
    here.sink.respond({ status: 500 });
    await here.write("waits");
    await attempts(here, 1);
    const off = await patch({ enabled: false });
    expect(off.body).toMatchObject({ enabled: false, disabledReason: "requested" });
    await nextAttempt(here);
    await here.clock.advance(60_000);
    expect(here.sink.received).toHaveLength(1);

    here.sink.respond({});
    const on = await patch({ enabled: true });
    expect(on.body).toMatchObject({ enabled: true, disabledReason: null });
    await attempts(here, 2);
    expect(here.deliveries()).toMatchObject([{ status: "delivered" }]);
  });

  it("brings back one that has answered 410, and keeps why while it is off", async () => {
    const here = await scene();
    const { patch, get } = await endpoint(here);
    here.sink.respond({ status: 410 });
    await here.write("hi");
    await eventually(async () => expect(await get()).toMatchObject({ disabledReason: "gone" }));
    expect((await patch({ enabled: false })).body).toMatchObject({ disabledReason: "gone" });
    here.sink.respond({});
    expect((await patch({ enabled: true })).body).toMatchObject({ disabledReason: null });
    await here.write("again");
    await here.sink.waitFor(2);
  });

  it("is told by the audit log, as its making, its rotation and its end are", async () => {
    const here = await scene();
    const { id, patch, path } = await endpoint(here, { headers: { "x-team": "secret-team" } });
    await patch({ description: "secret words", rateLimit: null });
    await patch({});
    await here.call("POST", `${path}/rotate-secret`);
    await here.call("DELETE", path);
    const { data } = await here.hub.auditLog.list();
    const told = data.filter(({ action }) => action.startsWith("webhook_endpoint."));
    expect(told.map(({ action, actor, subject }) => [action, actor, subject])).toEqual([
      ["webhook_endpoint.deleted", "bootstrap", { endpointId: id }],
      ["webhook_endpoint.secret_rotated", "bootstrap", { endpointId: id }],
      [
        "webhook_endpoint.updated",
        "bootstrap",
        { endpointId: id, fields: ["description", "rateLimit"] },
      ],
      ["webhook_endpoint.created", "bootstrap", { endpointId: id }],
    ]);
    expect(JSON.stringify(data)).not.toContain("secret-team");
  });

  it("by a key for some tenants stays with those tenants", async () => {
    const here = await scene();
    const { apiKey } = await here.hub.apiKeys.create({
      name: "acme's",
      scopes: ["*"],
      tenantIds: ["acme"],
    });
    const api = client(here.url, apiKey);
    const own = (await api("POST", "/webhook-endpoints", { body: { url: here.sink.url } })).body;
    const others = await endpoint(here, { filter: { tenantIds: ["other"] } });
    const path = `/webhook-endpoints/${own.id}`;
    const taken = await api("PATCH", path, { body: { filter: { tenantIds: ["other"] } } });
    expect(taken).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    const cleared = await api("PATCH", path, { body: { filter: null, description: "mine" } });
    expect(cleared.body).toMatchObject({ filter: { tenantIds: ["acme"] }, description: "mine" });
    expect(await api("PATCH", others.path, { body: { description: "x" } })).toMatchObject({
      status: 404,
    });
  });
});

describe("headers of an endpoint", () => {
  it("come with every delivery until they are replaced, and are in no answer", async () => {
    const here = await scene();
    const headers = { Authorization: "Bearer of-the-customer", "x-team": "a b" };
    const { patch, get } = await endpoint(here, { headers });
    await here.write("one");
    const [first] = await here.sink.waitFor(1);
    expect(first?.headers).toMatchObject({ authorization: headers.Authorization, "x-team": "a b" });

    const answers = [await get(), (await patch({ description: "x" })).body];
    answers.push((await patch({ headers: { "x-team": "c" } })).body);
    expect(JSON.stringify(answers)).not.toMatch(/of-the-customer|x-team|headers/);
    await here.write("two");
    const second = (await here.sink.waitFor(2))[1];
    expect(second?.headers).toMatchObject({ "x-team": "c" });
    expect(second?.headers.authorization).toBeUndefined();

    await patch({ headers: null });
    await here.write("three");
    expect((await here.sink.waitFor(3))[2]?.headers["x-team"]).toBeUndefined();
  });

  it.each([
    [{ Host: "elsewhere" }, "headers.Host"],
    [{ "content-length": "1" }, "headers.content-length"],
    [{ Connection: "close" }, "headers.Connection"],
    [{ "Transfer-Encoding": "chunked" }, "headers.Transfer-Encoding"],
    [{ "webhook-id": "evt_1" }, "headers.webhook-id"],
    [{ "Webhook-Signature": "v1,x" }, "headers.Webhook-Signature"],
    [{ "X-Wabakit-Event": "x" }, "headers.X-Wabakit-Event"],
    [{ "X-Acme-Signature": "x" }, "headers.X-Acme-Signature"],
    [{ "x-acme-event-id": "x" }, "headers.x-acme-event-id"],
    [{ "x y": "x" }, "headers.x y"],
    [{ "x\r\ny": "x" }, "headers.x\r\ny"],
    [{ "x-a": "b\r\nx-c: d" }, "headers.x-a"],
    [{ "x-a": "é" }, "headers.x-a"],
    [{ "x-a": " b" }, "headers.x-a"],
    [{ "x-a": "" }, "headers.x-a"],
    [{ "x-a": "1", "X-A": "2" }, "headers"],
    [{ "x-a": "x".repeat(4_097) }, "headers.x-a"],
    [{ "x-a": "x".repeat(2_500), "x-b": "x".repeat(2_500) }, "headers"],
    [Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, "x"])), "headers"],
  ])("cannot be %j", async (headers, path) => {
    const here = await scene();
    const signature = { format: "sha256-hex", prefix: "X-Acme" };
    const made = await here.addEndpoint({ url: here.sink.url, signature, headers });
    expect(made.status).toBe(400);
    expect(fieldsOf(made.body)).toContain(path);
    const { patch } = await endpoint(here, { signature });
    expect(fieldsOf((await patch({ headers })).body)).toContain(path);
  });

  it("give way to no signature that would take their names later", async () => {
    const here = await scene();
    const { patch } = await endpoint(here, { headers: { "X-Acme-Event": "mine" } });
    const signature = { format: "sha256-hex", prefix: "x-acme" };
    expect(fieldsOf((await patch({ signature })).body)).toEqual(["headers.X-Acme-Event"]);
    expect((await patch({ signature, headers: null })).status).toBe(200);
  });
});

describe("a signature in hex", () => {
  it("covers the body under names of the customer's, beside the standard ones", async () => {
    const here = await scene();
    const signature = { format: "sha256-hex", prefix: "X-Acme" };
    const { secret } = await endpoint(here, { signature });
    await here.write("Ünï 🎉");
    const [received] = await here.sink.waitFor(1);
    const body = received?.body ?? Buffer.of();
    const digest = createHmac("sha256", secret).update(body).digest("hex");
    const { event, id } = JSON.parse(body.toString());
    expect(received?.headers).toMatchObject({
      "x-acme-signature": `sha256=${digest}`,
      "x-acme-event": event,
      "x-acme-event-id": id,
      "webhook-id": id,
      "webhook-signature": expect.stringMatching(/^v1,/),
      "x-wabakit-event": event,
    });
    expect(received?.headers["x-acme-previous-signature"]).toBeUndefined();
  });

  it.each(["webhook", "X-Wabakit", "X Acme", "X-", "-X", "", "X-Acme\n", "x".repeat(41), "é"])(
    "cannot stand under %j",
    async (prefix) => {
      const here = await scene();
      const signature = { format: "sha256-hex", prefix };
      const made = await here.addEndpoint({ url: here.sink.url, signature });
      expect(made).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
    },
  );
});
