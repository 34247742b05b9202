import { afterEach, expect, test, vi } from "vitest";
import type { CheckedOptions } from "./options.ts";
import { requireDurable } from "./set-up.ts";
import type { StoreDescription } from "./store/store.ts";

const seen = (backend: string, durable: StoreDescription["durable"]): StoreDescription => ({
  atomicity: "process",
  backend,
  version: null,
  durable,
  settings: backend === "redis" ? { appendonly: "no" } : {},
});

function requiring(durable: boolean | undefined, store: StoreDescription) {
  const warn = vi.fn();
  const options = { durable, logger: { warn } } as unknown as CheckedOptions;
  const refusal = () => requireDurable(options, store);
  return { refusal, warn };
}

afterEach(() => vi.unstubAllEnvs());

test("a store that keeps what it confirms is used without a word", () => {
  for (const durable of [true, false, undefined]) {
    const { refusal, warn } = requiring(durable, seen("sqlite", "yes"));
    expect(refusal).not.toThrow();
    expect(warn).not.toHaveBeenCalled();
  }
});

test.each([
  ["redis", "no", "appendonly is no", "set appendonly to yes"],
  ["postgres", "no", "postgres", "set fsync to on"],
  ["sqlite", "no", "sqlite", "synchronous to FULL"],
  ["memory", "no", "memory", "an adapter that keeps data on a disk"],
  ["keyv", "unknown", "not known to survive a crash", "leave durable out"],
  ["dragonfly", "no", "dragonfly", "use SQLite, Redis"],
] as const)("durable refuses %s that is known as %s, and says why", (backend, known, ...parts) => {
  const { refusal } = requiring(true, seen(backend, known));
  for (const part of parts) expect(refusal).toThrow(part);
});

test("a store that may forget is warned about, unless that is known", () => {
  const { refusal, warn } = requiring(undefined, seen("redis", "no"));
  refusal();
  expect(warn).toHaveBeenCalledTimes(1);
  for (const [durable, store] of [
    [false, seen("redis", "no")],
    [undefined, seen("keyv", "unknown")],
  ] as const) {
    const other = requiring(durable, store);
    other.refusal();
    expect(other.warn).not.toHaveBeenCalled();
  }
});

test("a store in memory is refused in production, unless that is known", () => {
  vi.stubEnv("NODE_ENV", "production");
  expect(requiring(undefined, seen("memory", "no")).refusal).toThrow("NODE_ENV is production");
  expect(requiring(false, seen("memory", "no")).refusal).not.toThrow();
  expect(requiring(undefined, seen("redis", "no")).refusal).not.toThrow();
});
