import { PassThrough, Readable, Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import { pump, release } from "./pump.ts";

test("writes everything, and leaves the end to the caller", async () => {
  const out = new PassThrough();
  await pump(out, Readable.from([Buffer.from("a"), Buffer.from("b")]));
  expect(String(out.read())).toBe("ab");
  expect(out.writableEnded).toBe(false);
});

test("asks for no chunk before the last one was taken", async () => {
  const taken: (() => void)[] = [];
  const out = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => void taken.push(done),
  });
  const asked = vi.fn();
  async function* source() {
    for (const text of ["a", "b"]) {
      asked(text);
      yield Buffer.from(text);
    }
  }
  const pumping = pump(out, source());
  await vi.waitFor(() => expect(taken).toHaveLength(1));
  expect(asked.mock.calls).toEqual([["a"]]);
  taken[0]?.();
  await vi.waitFor(() => expect(taken).toHaveLength(2));
  taken[1]?.();
  await pumping;
});

test("ends, and tells the source once, when the reader goes", async () => {
  const out = new PassThrough();
  const finish = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const next = () => new Promise<never>(() => {});
  const pumping = pump(out, { [Symbol.asyncIterator]: () => ({ next, return: finish }) });
  out.destroy();
  await pumping;
  expect(finish).toHaveBeenCalledTimes(1);
});

test("does not tell a source that has come to its end", async () => {
  const out = new PassThrough().resume();
  const finish = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const next = async () => ({ done: true, value: undefined }) as const;
  await pump(out, { [Symbol.asyncIterator]: () => ({ next, return: finish }) });
  out.end();
  await new Promise((resolve) => out.once("close", resolve));
  expect(finish).not.toHaveBeenCalled();
});

test("passes on what the source throws", async () => {
  const out = new PassThrough();
  const next = async () => Promise.reject(new Error("kaput"));
  await expect(pump(out, { [Symbol.asyncIterator]: () => ({ next }) })).rejects.toThrow("kaput");
});

test("releasing survives a source that cannot clean up", async () => {
  const finish = vi.fn(async () => Promise.reject(new Error("kaput")));
  const next = () => new Promise<never>(() => {});
  release({ [Symbol.asyncIterator]: () => ({ next, return: finish }) });
  expect(finish).toHaveBeenCalledTimes(1);
});
