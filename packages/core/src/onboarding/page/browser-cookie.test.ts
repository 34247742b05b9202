import { expect, it } from "vitest";
import { hashToken } from "../sessions/link.ts";
import type { Session } from "../sessions/session.ts";
import { bindingCookie, isBoundBrowser } from "./browser-cookie.ts";

const parts = {
  publicUrl: "https://app.example.com",
  rootSecret: { derive: () => Buffer.alloc(32, 7), isCurrent: true },
  clock: { now: () => 1_000, schedule: () => () => {} },
};
const TOKEN = "t".repeat(43);
// A cookie is made of nothing else.
const session = {
  sessionId: "sess_1",
  expiresAt: 61_500,
  browser: hashToken(parts, TOKEN),
} as Session;
const asked = (cookie: string | undefined) => ({ headers: { cookie } });

it("binds a session to one browser, for as long as its link lives, on this host alone", () => {
  expect(bindingCookie(parts, session, TOKEN)).toBe(
    `__Host-wabakit-sess_1=${TOKEN}; Path=/; Max-Age=61; HttpOnly; SameSite=Lax; Secure`,
  );
});

it("has a plain name without https, where browsers take no other", () => {
  const local = { ...parts, publicUrl: "http://localhost:3000" };
  expect(bindingCookie(local, session, TOKEN)).toBe(
    `wabakit-sess_1=${TOKEN}; Path=/; Max-Age=61; HttpOnly; SameSite=Lax`,
  );
  expect(isBoundBrowser(local, asked(`wabakit-sess_1=${TOKEN}`), session)).toBe(true);
  expect(isBoundBrowser(parts, asked(`wabakit-sess_1=${TOKEN}`), session)).toBe(false);
});

it.each([
  [`__Host-wabakit-sess_1=${TOKEN}`, true],
  [`other=1;__Host-wabakit-sess_1=${TOKEN}; more=2`, true],
  [`__Host-wabakit-sess_2=${TOKEN}`, false],
  [`x__Host-wabakit-sess_1=${TOKEN}`, false],
  [`__Host-wabakit-sess_1=${TOKEN.slice(1)}`, false],
  ["__Host-wabakit-sess_1=", false],
  [undefined, false],
])("knows the browser by its cookie: %s", (cookie, isBound) => {
  expect(isBoundBrowser(parts, asked(cookie), session)).toBe(isBound);
  expect(isBoundBrowser(parts, asked(cookie), { ...session, browser: null })).toBe(false);
});
