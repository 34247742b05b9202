import type { AnyEvent } from "@wabakit/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { client } from "../api/client.ts";
import { type Host, setting } from "../spine/setting.ts";
import { type MakePlace, processPlaces, sharedPlaces } from "../store/places.ts";
import { endpoint } from "./webhook-scene.ts";

const HOSTS: readonly Host[] = ["express", "koa"];
const PLACES: Readonly<Record<string, MakePlace>> = { ...processPlaces, ...sharedPlaces() };
const SERVICES = ["WABAKIT_TEST_REDIS", "WABAKIT_TEST_POSTGRES"];

/** A product on a store of this kind; a new process for everything it has in memory. */
async function start(host: Host, makePlace: MakePlace) {
  const place = await makePlace();
  const keyv = place.connect();
  const here = await setting(host, { store: keyv, limits: { writes: false, reads: false } });
  const events: AnyEvent[] = [];
  here.hub.on("*", (event) => void events.push(event));
  onTestFinished(async () => {
    await here.close();
    await place.disconnect(keyv);
    await place.discard();
  });
  return { ...here, events, api: client(here.url) };
}

describe.each(Object.entries(PLACES))("on %s", (_, makePlace) => {
  test.each(HOSTS)("a connection lives its whole life, behind %s", async (host) => {
    const here = await start(host, makePlace);
    const { wabaId } = here.meta.addWaba();
    const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
    const ids: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const { phoneNumberId } = here.meta.addNumber({ wabaId });
      const body = { tenantId: "acme", wabaId, phoneNumberId, accessToken };
      const connected = await here.api("POST", "/connections", { body });
      expect(connected.status).toBe(201);
      ids.push(String(connected.body.connectionId));
    }
    const [one, two] = ids;
    const { fields } = await endpoint();
    const changed = await here.api("PATCH", `/connections/${one}`, { body: fields });
    expect(changed.body.affectedConnectionIds).toEqual(ids);
    const suspended = await here.api("POST", `/connections/${two}/suspend`);
    expect(suspended.body.status).toBe("suspended");
    const { body } = await here.api("GET", "/connections?tenantId=acme&status=active");
    expect(body.data).toMatchObject([{ connectionId: one, webhookUrl: fields.webhookUrl }]);
    for (const id of ids) {
      expect((await here.api("DELETE", `/connections/${id}`)).status).toBe(200);
    }
    expect(here.meta.subscriptionOf(wabaId)).toBeUndefined();
    expect((await here.api("GET", "/connections")).body).toEqual({ data: [], nextCursor: null });
    await expect
      .poll(() => here.events.map(({ type: event }) => event).toSorted())
      .toEqual([
        "connection.disconnected",
        "connection.disconnected",
        "connection.status_changed",
        "connection.webhook_changed",
      ]);
  });
});

for (const name of SERVICES.filter((service) => !process.env[service])) {
  test.skip(`on a service: set ${name} to its address`, () => {});
}
