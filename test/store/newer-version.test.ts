import { createHub } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { openStore } from "./open-store.ts";
import { type MakePlace, processPlaces, sharedPlaces } from "./places.ts";

const NEWER = "2.0123456789abcdef";
const places = Object.entries<MakePlace>({ ...processPlaces, ...sharedPlaces() });

/** Every start reads the root secret, so a version that writes records differently writes it anew. */
describe("a store that a newer version has written", () => {
  it.each(places)("is refused at start, and not before it is read, on %s", async (_, make) => {
    const place = await make();
    const meta = await fakeMeta();
    const keyv = place.connect();
    const hub = createHub({ ...hubOptions(meta), store: keyv });
    onTestFinished(async () => {
      await hub.stop();
      await meta.close();
      await place.disconnect(keyv);
      await place.discard();
    });
    for (const newer of [`${NEWER}.{}`, { record: NEWER, value: {} }]) {
      await keyv.set("root-secret", newer);
      await expect(hub.start()).rejects.toThrow("a newer wabakit");
    }
    await keyv.delete("root-secret");
    await hub.start();
  });

  it.each(places)("never reads as absent, on %s", async (_, make) => {
    const { keyv, store } = await openStore(await make());
    await keyv.set("record", `${NEWER}.{}`);
    await expect(store.get("record")).rejects.toThrow("a newer wabakit");
    const guards = [{ key: "record", version: undefined }];
    expect(await store.commit({ guards, writes: [{ key: "record", value: 1 }] })).toBe(false);
  });
});
