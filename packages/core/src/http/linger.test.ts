import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { linger } from "./linger.ts";

const MEBIBYTE = Buffer.alloc(1024 * 1024);

test("drops what still comes until it ends", async () => {
  const request = new PassThrough();
  const lingering = linger(request);
  request.write(MEBIBYTE);
  request.end();
  await lingering;
  expect(request.readableLength).toBe(0);
});

test("stops reading after 8 MiB", async () => {
  const request = new PassThrough();
  const lingering = linger(request);
  for (let count = 0; count < 12; count++) request.write(MEBIBYTE);
  await lingering;
  expect(request.isPaused()).toBe(true);
  expect(request.readableLength + request.writableLength).toBeGreaterThan(0);
});

test("keeps nothing for a reader that was given up", async () => {
  const request = new PassThrough();
  const kept: unknown[] = [];
  request.on("data", (chunk) => kept.push(chunk));
  const lingering = linger(request);
  request.end(MEBIBYTE);
  await lingering;
  expect(kept).toEqual([]);
});

test("waits neither for a sender that says nothing nor for one that has gone", async () => {
  await linger(new PassThrough());
  await linger(new PassThrough().destroy());
});
