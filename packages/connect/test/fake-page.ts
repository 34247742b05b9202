import type { HostMessage, HostPage } from "../src/host-page.ts";

/** Where the hub of these tests is. */
export const HUB = "https://hub.example.com";

interface Timer {
  at: number;
  readonly run: () => void;
  readonly everyMs: number;
}

/** A page whose windows and time a test holds in its hands. */
export function fakePage() {
  const listeners = new Set<(event: HostMessage) => void>();
  const timers = new Map<number, Timer>();
  const opened: { readonly url: URL; readonly target: string; readonly features: string }[] = [];
  const newPopup = () => ({
    closed: false,
    focused: 0,
    focus() {
      this.focused += 1;
    },
    close() {
      this.closed = true;
    },
  });
  let popup = newPopup();
  let answer: "opens" | "refuses" | "opens nothing" = "opens";
  let now = 0;
  const schedule = (run: () => void, ms: number, everyMs: number) => {
    const id = timers.size + 1 + Math.max(0, ...timers.keys());
    timers.set(id, { at: now + ms, run, everyMs });
    return id;
  };
  const page: HostPage = {
    location: { origin: "https://app.example.com:8443" },
    screenX: 100,
    screenY: 50,
    outerWidth: 1200,
    outerHeight: 900,
    open(url, target, features) {
      opened.push({ url: new URL(url), target, features });
      popup = newPopup();
      if (answer === "refuses") return null;
      popup.closed = answer === "opens nothing";
      return popup;
    },
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
    setTimeout: (run, ms) => schedule(run, ms, 0),
    clearTimeout: (id) => void timers.delete(id),
    setInterval: (run, ms) => schedule(run, ms, ms),
    clearInterval: (id) => void timers.delete(id),
  };
  return {
    page,
    opened,
    popup: () => popup,
    blocks: (how: "refuses" | "opens nothing") => {
      answer = how;
    },
    hear(data: unknown, { origin = HUB, source = popup as unknown } = {}) {
      for (const listener of listeners) listener({ source, origin, data });
    },
    /** Lets time pass, in steps that no timer here is shorter than. */
    pass(ms: number) {
      for (const until = now + ms; now < until; ) {
        now = Math.min(now + 250, until);
        for (const [id, timer] of timers) {
          if (timer.at > now) continue;
          if (timer.everyMs === 0) timers.delete(id);
          timer.at += timer.everyMs;
          timer.run();
        }
      }
    },
    /** Listeners, timers and open windows: nothing may be left behind. */
    leftBehind: () => [listeners.size, timers.size, opened.length > 0 && !popup.closed],
  };
}
