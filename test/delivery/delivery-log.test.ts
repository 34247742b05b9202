import { describe, expect, it } from "vitest";
import { client } from "../api/client.ts";
import type { Answer } from "../spine/setting.ts";
import {
  attempts,
  connectNumber,
  eventually,
  nextAttempt,
  pauseMs,
  scene,
  write,
} from "./scene.ts";

const FIVE_MINUTES_MS = 5 * 60_000;
const NO_LIMITS = { limits: { reads: false, writes: false } } as const;

interface Shown {
  readonly id: string;
  readonly eventId: string;
  readonly status: string;
  readonly attempts: readonly { readonly httpStatus: number | null }[];
}

const dataOf = ({ body }: Answer) => body.data as unknown as readonly Shown[];

async function arrange(fields: object = {}) {
  const here = await scene(NO_LIMITS);
  const { body } = await here.addEndpoint({ url: here.sink.url, ...fields });
  const path = `/webhook-endpoints/${body.id}/deliveries`;
  const list = async (query = "") => dataOf(await here.call("GET", `${path}${query}`));
  const retry = (id: string | undefined) => here.call("POST", `/deliveries/${id}/retry`);
  return { ...here, endpointId: String(body.id), path, list, retry };
}

describe("the deliveries of an endpoint", () => {
  it("are listed newest first, with what has become of each", async () => {
    const here = await arrange({ concurrency: 1 });
    here.sink.respond(({ body }) => ({ status: `${body}`.includes("bad") ? 500 : 200 }));
    await here.write("good", "bad", "good");
    await eventually(async () => {
      const statuses = (await here.list()).map(({ status }) => status);
      expect(statuses).toEqual(["delivered", "retrying", "delivered"]);
    });
    const received = here.sink.received.map(({ headers }) => headers["webhook-id"]);
    expect((await here.list()).map(({ eventId }) => eventId).reverse()).toEqual(received);
    expect(await here.list("?status=retrying")).toMatchObject([
      { status: "retrying", event: "message.received", endpointId: here.endpointId },
    ]);
    expect(await here.list("?status=failed")).toEqual([]);
  });

  it("are pending from the moment the event is there, by list and by id", async () => {
    const here = await arrange({ concurrency: 1 });
    here.sink.respond({ delayMs: "hang" });
    await here.write("one", "two");
    await eventually(async () => expect(await here.list()).toHaveLength(2));
    const [newest] = await here.list();
    expect(newest).toMatchObject({ status: "pending", attempts: [], nextAttemptAt: null });
    expect((await here.call("GET", `/deliveries/${newest?.id}`)).body).toEqual(newest);
    expect(await here.list("?status=pending")).toHaveLength(2);
    await here.clock.advance(15_000);
  });

  it("come page by page, also what has been written meanwhile left out", async () => {
    const here = await arrange();
    await here.write("1", "2", "3", "4", "5");
    await here.sink.waitFor(5);
    const all = (await here.list()).map(({ id }) => id);
    expect(all).toHaveLength(5);
    const pages: string[] = [];
    let query = "?limit=2";
    for (;;) {
      const { body } = await here.call("GET", `${here.path}${query}`);
      const page = body.data as unknown as readonly Shown[];
      expect(page.length).toBeLessThanOrEqual(2);
      pages.push(...page.map(({ id }) => id));
      if (body.nextCursor === null) break;
      query = `?limit=2&cursor=${body.nextCursor}`;
      await here.write(`more ${pages.length}`);
    }
    expect(pages).toEqual(all);
    const cursor = query.split("=").at(-1);
    expect(await here.call("GET", `${here.path}?status=failed&cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_cursor" } },
    });
  });

  it("know every attempt that the endpoint has seen", async () => {
    const here = await arrange();
    here.sink.respond((_, index) => ({ status: index < 2 ? 503 : 200, body: `no ${index}` }));
    await here.write("hi");
    await attempts(here, 1);
    await nextAttempt(here);
    await attempts(here, 2);
    await nextAttempt(here);
    await attempts(here, 3);
    const [delivery] = await here.list();
    const { body } = await here.call("GET", `/deliveries/${delivery?.id}`);
    expect(body).toEqual(delivery);
    expect(body.attempts).toHaveLength(here.sink.received.length);
    expect(body.attempts).toMatchObject([
      { httpStatus: 503, excerpt: "no 0", errorClass: null, node: expect.any(String) },
      { httpStatus: 503, excerpt: "no 1" },
      { httpStatus: 200, excerpt: "no 2" },
    ]);
  });

  it("of another endpoint, tenant or organization are not there", async () => {
    const here = await arrange({ filter: { tenantIds: ["other"] } });
    await here.hub.webhookEndpoints.create({ url: here.sink.url });
    const other = await connectNumber(here, "other");
    await write(here, other, ["of other"]);
    await here.sink.waitFor(2);
    const [delivery] = await here.list();
    const { apiKey } = await here.hub.apiKeys.create({
      name: "acme's",
      scopes: ["*"],
      tenantIds: ["acme"],
    });
    const api = client(here.url, apiKey);
    for (const [method, path] of [
      ["GET", here.path],
      ["GET", `/deliveries/${delivery?.id}`],
      ["POST", `/deliveries/${delivery?.id}/retry`],
    ] as const) {
      expect(await api(method, path)).toMatchObject({ status: 404 });
    }
    const elsewhere = here.hub.organization("org_other");
    await expect(elsewhere.deliveries.get(delivery?.id ?? "")).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await here.call("GET", "/deliveries/nothing")).toMatchObject({ status: 404 });
  });
});

describe("a retry by hand", () => {
  it("attempts at once what waits, and takes the place of the automatic one", async () => {
    const here = await arrange();
    here.sink.respond((_, index) => ({ status: index === 0 ? 500 : 200 }));
    await here.write("hi");
    await attempts(here, 1);
    const [delivery] = await here.list();
    const { status, body } = await here.retry(delivery?.id);
    expect({ status, body }).toMatchObject({ status: 202, body: { status: "retrying" } });
    await attempts(here, 2);
    expect((await here.list())[0]).toMatchObject({ status: "delivered" });
    await here.clock.advance(60_000);
    expect(here.sink.received).toHaveLength(2);
  });

  it("that comes when the automatic one is due is one attempt with it", async () => {
    const here = await arrange();
    here.sink.respond({ status: 500 });
    await here.write("hi");
    await attempts(here, 1);
    const [delivery] = await here.list();
    await here.call("PATCH", `/webhook-endpoints/${here.endpointId}`, { enabled: false });
    await here.clock.advance(10_000);
    await here.retry(delivery?.id);
    await here.retry(delivery?.id);
    await here.call("PATCH", `/webhook-endpoints/${here.endpointId}`, {
      enabled: true,
      concurrency: 8,
    });
    await attempts(here, 2);
    await here.clock.advance(1_000);
    expect(here.sink.received).toHaveLength(2);
  });

  it("that fails goes on with the schedule", async () => {
    const here = await arrange();
    here.sink.respond({ status: 500 });
    await here.write("hi");
    await attempts(here, 1);
    await here.retry((await here.list())[0]?.id);
    await attempts(here, 2);
    expect(Math.abs((pauseMs(here) ?? 0) - FIVE_MINUTES_MS)).toBeLessThanOrEqual(60_000);
    await nextAttempt(here);
    await attempts(here, 3);
  });

  it("sends what was delivered once more: the same id, the same bytes", async () => {
    const here = await arrange();
    await here.write("hi");
    await attempts(here, 1);
    await here.retry((await here.list())[0]?.id);
    await attempts(here, 2);
    const [first, second] = here.sink.received;
    expect(second?.body.equals(first?.body ?? Buffer.of())).toBe(true);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(await here.list()).toMatchObject([{ status: "delivered" }]);
  });

  it("takes up what was given up", async () => {
    const here = await scene({ ...NO_LIMITS, deliveryScheduleMs: [0] });
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond((_, index) => ({ status: index === 0 ? 500 : 200 }));
    await here.write("hi");
    await attempts(here, 1);
    const [{ id = "", status = "" } = {}] = here.deliveries();
    expect(status).toBe("failed");
    expect(await here.call("POST", `/deliveries/${id}/retry`)).toMatchObject({ status: 202 });
    await attempts(here, 2);
    expect(here.deliveries()).toMatchObject([{ status: "delivered" }]);
  });
});

describe("a test of an endpoint", () => {
  it("sends a signed event now, and tells how it went", async () => {
    const here = await arrange();
    here.sink.respond({ status: 418, body: "short and stout" });
    const path = `/webhook-endpoints/${here.endpointId}/test`;
    const { status, body } = await here.call("POST", path, {});
    expect(status).toBe(200);
    const eventId = expect.stringMatching(/^evt_/);
    const attempt = { httpStatus: 418, errorClass: null, excerpt: "short and stout" };
    expect(body).toMatchObject({ eventId, delivered: false, attempt });
    const [received] = here.sink.received;
    expect(JSON.parse(`${received?.body}`)).toMatchObject({
      event: "endpoint.test",
      id: body.eventId,
      data: { endpointId: here.endpointId },
    });
    expect(received?.headers).toMatchObject({
      "webhook-id": body.eventId,
      "webhook-signature": expect.stringMatching(/^v1,/),
      "x-wabakit-event": "endpoint.test",
    });
    expect(await here.list()).toEqual([]);

    here.sink.respond({ status: 410 });
    await here.call("POST", path, {});
    expect(await here.hub.webhookEndpoints.get(here.endpointId)).toMatchObject({ enabled: true });
    here.sink.respond({ status: 204 });
    expect((await here.call("POST", path, {})).body).toMatchObject({ delivered: true });
  });

  it("dials no private address", async () => {
    const here = await scene({ ...NO_LIMITS, allowPrivateNetwork: false });
    const { body } = await here.addEndpoint({ url: "https://nobody.invalid/" });
    const tested = await here.call("POST", `/webhook-endpoints/${body.id}/test`, {});
    expect(tested.body).toMatchObject({ delivered: false, attempt: { httpStatus: null } });
  });
});
