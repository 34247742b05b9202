import { describe, expect, onTestFinished, test } from "vitest";
import { setting } from "../spine/setting.ts";
import { processPlaces, sharedPlaces } from "../store/places.ts";
import { expectVerified, SECRET, tenantsServer, textsOf, VERIFY_TOKEN } from "./scene.ts";

const PLACES = { ...processPlaces, ...sharedPlaces() };
const LARGEST_BYTES = 3 * 1024 * 1024;

describe.each(Object.entries(PLACES))("on %s", (_, makePlace) => {
  test("every byte is forwarded, after a failure as well", async () => {
    const [place, server] = [await makePlace(), await tenantsServer()];
    const keyv = place.connect();
    const here = await setting("express", { store: keyv, deliveryScheduleMs: [0, 1] });
    onTestFinished(async () => {
      await here.close();
      await place.disconnect(keyv);
      await place.discard();
    });
    const { wabaId } = here.meta.addWaba();
    const { phoneNumberId } = here.meta.addNumber({ wabaId });
    const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
    const claim = { tenantId: "acme", wabaId, phoneNumberId, accessToken };
    const connected = await here.call("POST", "/connections", claim);
    const { status } = await here.call("PATCH", `/connections/${connected.body.connectionId}`, {
      webhookUrl: `${server.url}/hook`,
      webhookVerifyToken: VERIFY_TOKEN,
      webhookSigningSecret: SECRET,
      delivery: "relay",
    });
    expect(status).toBe(200);

    server.respond((_delivery, index) => ({ status: index === 0 ? 500 : 200 }));
    const write = (body: string) => here.meta.textMessage({ wabaId, phoneNumberId, body });
    const small = here.meta.sign(write("é 😀 </b>\u0000")).body;
    const large = here.meta.sign(write("a/b"), { padToBytes: LARGEST_BYTES }).body;
    await here.meta.send(here.callbackUrl, small);
    await server.waitFor(2, 10_000);
    await here.meta.send(here.callbackUrl, large);
    await server.waitFor(3, 10_000);
    expect(textsOf(server.received)).toEqual(textsOf([small, small, large]));
    expectVerified(server.received);
  });
});
