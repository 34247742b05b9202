import { describe, expect, it } from "vitest";
import { client } from "../api/client.ts";
import type { Answer } from "../spine/setting.ts";
import { connectNumber, eventually, scene, write } from "./scene.ts";

const NO_LIMITS = { limits: { reads: false, writes: false } } as const;
const MINUTE_MS = 60_000;

interface Shown {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly tenantId?: string; readonly message?: { text?: { body: string } } };
}

const dataOf = ({ body }: Answer) => body.data as unknown as readonly Shown[];
const textsOf = (events: readonly Shown[]) => events.map(({ data }) => data.message?.text?.body);

async function arrange() {
  const here = await scene(NO_LIMITS);
  const list = async (query = "") => dataOf(await here.call("GET", `/events${query}`));
  const written = async (texts: readonly string[]) => {
    await here.write(...texts);
    const all = () => list("?type=message.received");
    await eventually(async () =>
      expect(textsOf(await all())).toEqual(expect.arrayContaining([...texts])),
    );
  };
  return { ...here, list, written };
}

describe("events", () => {
  it("are listed newest first, as they go over the wire", async () => {
    const here = await arrange();
    await here.addEndpoint({ url: here.sink.url });
    await here.written(["one", "two"]);
    const events = await here.list("?type=message.received");
    expect(textsOf(events)).toEqual(["two", "one"]);
    const [, first] = await here.sink.waitFor(2);
    expect(events[0]).toEqual(JSON.parse(`${first?.body}`));
    expect((await here.call("GET", `/events/${events[0]?.id}`)).body).toEqual(events[0]);
  });

  it("are found by type, tenant, connection and time", async () => {
    const here = await arrange();
    const other = await connectNumber(here, "other");
    await here.written(["of acme"]);
    const between = new Date(here.clock.now() + MINUTE_MS).toISOString();
    await here.clock.advance(2 * MINUTE_MS);
    await write(here, other, ["of other"]);
    await eventually(async () => expect(await here.list("?tenantId=other")).not.toEqual([]));
    const only = async (query: string) =>
      textsOf(await here.list(`?type=message.received&${query}`));
    expect(await only("tenantId=acme")).toEqual(["of acme"]);
    expect(await only(`connectionId=${other.connectionId}`)).toEqual(["of other"]);
    expect(await only(`since=${between}`)).toEqual(["of other"]);
    expect(await only(`until=${between}`)).toEqual(["of acme"]);
    expect(await only(`since=${between}&until=${between}`)).toEqual([]);
    expect(await here.list("?type=template.status_changed")).toEqual([]);
    const mistyped = await here.call("GET", "/events?tenantid=acme");
    expect(mistyped).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  });

  it("come page by page, over hours, each once", async () => {
    const here = await arrange();
    for (const hour of [0, 1, 2]) {
      await here.written([`${hour} a`, `${hour} b`, `${hour} c`]);
      await here.clock.advance(60 * MINUTE_MS);
    }
    const all = textsOf(await here.list("?type=message.received"));
    expect(all).toEqual(["2 c", "2 b", "2 a", "1 c", "1 b", "1 a", "0 c", "0 b", "0 a"]);
    const seen: unknown[] = [];
    let cursor = "";
    for (;;) {
      const query = `?type=message.received&limit=2${cursor}`;
      const { body } = await here.call("GET", `/events${query}`);
      seen.push(...textsOf(body.data as unknown as readonly Shown[]));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
      await here.written([`later ${seen.length}`]);
    }
    expect(seen).toEqual(all);
  });

  it("of other tenants, and of none, are not there for a key for some", async () => {
    const here = await arrange();
    await write(here, await connectNumber(here, "other"), ["of other"]);
    await here.written(["of acme"]);
    await eventually(async () => expect(await here.list("?tenantId=other")).not.toEqual([]));
    const { apiKey } = await here.hub.apiKeys.create({
      name: "acme's",
      scopes: ["webhooks:read"],
      tenantIds: ["acme"],
    });
    const api = client(here.url, apiKey);
    const seen = dataOf(await api("GET", "/events"));
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen.map(({ data }) => data.tenantId))).toEqual(new Set(["acme"]));
    const [foreign] = await here.list("?tenantId=other");
    expect(await api("GET", `/events/${foreign?.id}`)).toMatchObject({ status: 404 });
    expect(await api("GET", `/events/${seen[0]?.id}`)).toMatchObject({ status: 200 });
    const elsewhere = here.hub.organization("org_other");
    expect(await elsewhere.events.list()).toEqual({ data: [], nextCursor: null });
    await expect(elsewhere.events.get(foreign?.id ?? "")).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("that are the host's own business are not among them", async () => {
    const here = await arrange();
    const heard: string[] = [];
    here.hub.on("webhook.unrouted", ({ id }) => void heard.push(id));
    const message = here.meta.textMessage({ wabaId: "9", phoneNumberId: "99", body: "whose?" });
    await here.meta.send(here.callbackUrl, message);
    await eventually(() => expect(heard).toHaveLength(1));
    expect(await here.list("?type=webhook.unrouted")).toEqual([]);
    expect(await here.call("GET", `/events/${heard[0]}`)).toMatchObject({ status: 404 });
  });

  it("of an erased tenant are erased, and so is what was told of them", async () => {
    const here = await arrange();
    const { body } = await here.addEndpoint({ url: here.sink.url });
    await here.written(["of acme"]);
    await here.sink.waitFor(1);
    const [event] = await here.list("?type=message.received");
    await here.hub.tenants.delete("acme");
    await eventually(async () =>
      expect(await here.list("?type=tenant.deleted")).toMatchObject([
        { data: { tenantId: "acme" } },
      ]),
    );
    expect(await here.list("?type=message.received")).toEqual([]);
    expect(await here.call("GET", `/events/${event?.id}`)).toMatchObject({ status: 404 });
    const deliveries = await here.hub.webhookEndpoints.deliveries(String(body.id));
    expect(deliveries.data.map(({ event }) => event)).toEqual(["tenant.deleted"]);
  });
});
