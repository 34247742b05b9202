import { describe, expect, onTestFinished, test } from "vitest";
import type { Setting } from "../spine/setting.ts";
import { setting } from "../spine/setting.ts";
import { processPlaces, sharedPlaces } from "../store/places.ts";
import { connectNumber, eventually, write } from "./scene.ts";

const PLACES = { ...processPlaces, ...sharedPlaces() };
const COUNT = 12;

/** Every entry of a list, page by page. */
async function all({ call }: Setting, path: string): Promise<readonly Record<string, never>[]> {
  const found: Record<string, never>[] = [];
  let query = "limit=5";
  for (;;) {
    const { status, body } = await call("GET", `${path}${path.includes("?") ? "&" : "?"}${query}`);
    expect(status).toBe(200);
    found.push(...(body.data as unknown as readonly Record<string, never>[]));
    if (body.nextCursor === null) return found;
    query = `limit=5&cursor=${body.nextCursor}`;
  }
}

describe.each(Object.entries(PLACES))("on %s", (_, makePlace) => {
  test("what happened and was delivered is listed in order, and can be sent once more", async () => {
    const place = await makePlace();
    const keyv = place.connect();
    const limits = { reads: false, writes: false } as const;
    const here = await setting("express", { store: keyv, limits });
    onTestFinished(async () => {
      await here.close();
      await place.disconnect(keyv);
      await place.discard();
    });
    const since = new Date(Date.now() - 1_000).toISOString();
    const { body } = await here.call("POST", "/webhook-endpoints", {
      url: here.sink.url,
      events: ["message.*"],
      concurrency: 1,
    });
    const number = await connectNumber(here, "acme");
    for (let index = 0; index < COUNT; index += 1) {
      await write(here, number, [`text ${index}`]);
      await here.sink.waitFor(index + 1, 10_000);
    }
    const sent = here.sink.received.map(({ headers }) => headers["webhook-id"]).reverse();
    const events = await all(here, "/events?type=message.received");
    expect(events.map(({ id }) => id)).toEqual(sent);
    const path = `/webhook-endpoints/${body.id}/deliveries`;
    await eventually(async () => {
      const deliveries = await all(here, path);
      expect(deliveries.map(({ eventId }) => eventId)).toEqual(sent);
      expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(["delivered"]));
    });
    const replay = await here.call("POST", `/webhook-endpoints/${body.id}/replay`, { since });
    expect(replay.status).toBe(202);
    await here.sink.waitFor(2 * COUNT, 20_000);
    const again = here.sink.received.slice(COUNT).map(({ headers }) => headers["webhook-id"]);
    expect(again).toEqual([...sent].reverse());
  }, 60_000);
});
