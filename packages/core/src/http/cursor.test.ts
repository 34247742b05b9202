import { expect, test } from "vitest";
import { createCursors } from "./cursor.ts";

const cursors = createCursors(Buffer.alloc(32, 1));

test.each([0, 1, 35, 36, 1_000_000, Number.MAX_SAFE_INTEGER])("brings place %i back", (place) => {
  expect(cursors.read("connections", cursors.write("connections", place))).toBe(place);
});

test.each([[[0]], [[5, 0, 36]], [[1, Number.MAX_SAFE_INTEGER, 0, 7]]])(
  "brings the place %j back",
  (place) => {
    const cursor = cursors.writeAll("events", place);
    expect(cursors.readAll("events", cursor)).toEqual(place);
    expect(() => cursors.readAll("deliveries", cursor)).toThrow(
      expect.objectContaining({ code: "invalid_cursor" }),
    );
    expect(() => cursors.readAll("events", `1.${cursor}`)).toThrow(
      expect.objectContaining({ code: "invalid_cursor" }),
    );
  },
);

test("is good for the query it was given out for, and for no other", () => {
  const cursor = cursors.write('["connections","org_1",{}]', 40);
  for (const scope of ['["connections","org_2",{}]', '["endpoints","org_1"]', ""]) {
    expect(() => cursors.read(scope, cursor)).toThrow(
      expect.objectContaining({ code: "invalid_cursor" }),
    );
  }
});

test("is refused when anything in it was changed, added or left out", () => {
  const cursor = cursors.write("connections", 40);
  const [place, mac = ""] = cursor.split(".");
  const changed = [...cursor].map((character, index) => {
    const other = character === "a" ? "b" : "a";
    return cursor.slice(0, index) + other + cursor.slice(index + 1);
  });
  const others = [
    "",
    ".",
    place ?? "",
    mac,
    `.${mac}`,
    `${place}.`,
    `0${cursor}`,
    `${cursor}.`,
    `${cursor}.x`,
    `${cursor}A`,
    ` ${cursor}`,
    cursor.toUpperCase(),
    `-${cursor}`,
  ];
  for (const wrong of [...changed, ...others]) {
    expect(() => cursors.read("connections", wrong), wrong).toThrow(
      expect.objectContaining({ code: "invalid_cursor" }),
    );
  }
});

test("cannot be made without the secret", () => {
  const forged = createCursors(Buffer.alloc(32, 2)).write("connections", 40);
  expect(() => cursors.read("connections", forged)).toThrow(
    expect.objectContaining({ code: "invalid_cursor" }),
  );
});
