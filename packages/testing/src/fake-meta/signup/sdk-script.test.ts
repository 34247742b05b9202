import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { sdkScript } from "./sdk-script.ts";

const META = "http://127.0.0.1:4000";
const OPTIONS = { config_id: "77", response_type: "code", extras: { setup: {} } };

/** A page of its own, whose timers a test runs by hand. */
function startPage({ blocked = false } = {}) {
  const timers = new Set<() => void>();
  const listeners = new Set<(event: object) => void>();
  const popup = { closed: false };
  const opened: { url: URL; name: string; features: string }[] = [];
  const window: Record<string, unknown> = {
    location: { origin: "https://hub.example" },
    screen: { width: 1200 },
    console: { error: vi.fn() },
    URLSearchParams,
    addEventListener: (_: string, listener: (event: object) => void) => listeners.add(listener),
    open(url: string, name: string, features: string) {
      opened.push({ url: new URL(url), name, features });
      return blocked ? null : popup;
    },
    setTimeout: (run: () => void) => timers.add(run),
    setInterval(run: () => void) {
      timers.add(run);
      return run;
    },
    clearInterval: (run: () => void) => timers.delete(run),
  };
  window.window = window;
  const load = () => runInNewContext(sdkScript({ origin: META, locale: "en_US" }), window);
  // What the script has made of the page; its shape is what these tests are about.
  const sdk = () => window.FB as { init(options: object): void; login(...all: unknown[]): void };
  return {
    window,
    popup,
    opened,
    timers,
    load,
    sdk,
    tick: () => [...timers].forEach((run) => void run()),
    hear: (origin: string, data: unknown) => {
      for (const listener of listeners) listener({ origin, data });
    },
  };
}

function startReady(options?: { readonly blocked: boolean }) {
  const page = startPage(options);
  page.load();
  page.sdk().init({ appId: "670843887430001", version: "v25.0" });
  page.timers.clear();
  const answers: unknown[] = [];
  page.sdk().login((answer: unknown) => answers.push(answer), OPTIONS);
  return { ...page, answers, channel: page.opened[0]?.name ?? "" };
}

const UNKNOWN = { authResponse: null, status: "unknown" };

test("opens the dialog at once, in a window named after the call", () => {
  const { opened, channel } = startReady();
  expect(opened).toHaveLength(1);
  expect(channel).toMatch(/^f[0-9a-f]+$/);
  expect(opened[0]?.features).toContain("width=600");
  const { origin, pathname, searchParams } = opened[0]?.url ?? new URL("about:blank");
  expect([origin, pathname]).toEqual([META, "/v25.0/dialog/oauth"]);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: "670843887430001",
    config_id: "77",
    response_type: "code",
    extras: '{"setup":{}}',
    display: "popup",
    origin: "https://hub.example",
    cb: channel,
  });
});

test("hands over the code once, believing this origin and this call only", () => {
  const { answers, channel, hear } = startReady();
  hear("http://localhost:4000", `cb=${channel}&code=forged`);
  hear(META, `cb=other&code=forged`);
  hear(META, { cb: channel, code: "forged" });
  hear(META, JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH" }));
  expect(answers).toEqual([]);
  hear(META, `cb=${channel}&code=AQ%2Bx`);
  hear(META, `cb=${channel}&code=again`);
  expect(answers).toEqual([{ authResponse: { code: "AQ+x" }, status: "connected" }]);
});

test("answers a closed window, after a moment for the message that may be under way", () => {
  const { answers, popup, channel, tick, hear } = startReady();
  tick();
  expect(answers).toEqual([]);
  popup.closed = true;
  tick();
  expect(answers).toEqual([]);
  tick();
  expect(answers).toEqual([UNKNOWN]);
  hear(META, `cb=${channel}&code=late`);
  expect(answers).toHaveLength(1);
});

test("answers when no window could be opened, but not before login has returned", () => {
  const { answers, tick } = startReady({ blocked: true });
  expect(answers).toEqual([]);
  tick();
  expect(answers).toEqual([UNKNOWN]);
});

test("calls fbAsyncInit once, however often it is loaded", () => {
  const { window, load, tick } = startPage();
  const ready = vi.fn();
  window.fbAsyncInit = ready;
  load();
  const { FB } = window;
  load();
  tick();
  tick();
  expect(ready).toHaveBeenCalledTimes(1);
  expect(window.FB).toBe(FB);
});

test("does nothing before init, and insists on a version", () => {
  const { opened, load, sdk } = startPage();
  load();
  sdk().login(() => {}, OPTIONS);
  expect(opened).toEqual([]);
  expect(() => sdk().init({ appId: "1" })).toThrow("init not called with valid version");
});
