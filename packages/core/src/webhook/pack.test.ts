import fc from "fast-check";
import { expect, test } from "vitest";
import { packNotifications, unpackNotifications } from "./pack.ts";

const received = fc.record({
  appId: fc.string({ minLength: 1 }),
  receivedAt: fc.nat(),
  bytes: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
});

test("gives back every notification, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(received, { minLength: 1, maxLength: 20 }), (notifications) => {
      const kept = JSON.parse(JSON.stringify(packNotifications(notifications)));
      const unpacked = unpackNotifications(kept);
      expect(unpacked).toHaveLength(notifications.length);
      for (const [index, { appId, receivedAt, bytes }] of unpacked.entries()) {
        expect({ appId, receivedAt }).toEqual({
          appId: notifications[index]?.appId,
          receivedAt: notifications[index]?.receivedAt,
        });
        expect(Buffer.compare(bytes, notifications[index]?.bytes ?? Buffer.alloc(0))).toBe(0);
      }
    }),
  );
});

test("takes far less room for notifications that repeat each other", () => {
  const body = Buffer.from(
    JSON.stringify({ entry: Array.from({ length: 20 }, (_, id) => ({ id })) }),
  );
  const many = Array.from({ length: 50 }, () => ({ appId: "1", receivedAt: 1, bytes: body }));
  expect(JSON.stringify(packNotifications(many)).length).toBeLessThan((body.length * 50) / 2);
});

test("fails rather than give back other bytes when a page was damaged", () => {
  const [kept] = packNotifications([{ appId: "1", receivedAt: 1, bytes: Buffer.from("{}") }]);
  const damaged = { appId: "1", receivedAt: 1, sizeBytes: 2, pack: `AAAA${kept?.pack?.slice(4)}` };
  expect(() => unpackNotifications([damaged])).toThrow();
});
