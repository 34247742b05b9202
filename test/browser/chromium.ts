import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";

const VARIABLE = "WABAKIT_TEST_CHROMIUM";
const CHROMIUM = process.env[VARIABLE] ?? "";

/** Chromium says so of every answer that is no success; tests ask for some of those. */
const NO_SUCCESS = /^Failed to load resource/;

/** Long enough for any machine that is busy; nothing waits for as long when all is well. */
const PATIENCE_MS = 10_000;

/** The narrowest screen that is still in use: whatever works there works anywhere. */
export const SMALL_PHONE = { width: 320, height: 800 };

const TELL_VIOLATIONS = `addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP", event.effectiveDirective, event.blockedURI, event.sourceFile));`;

/** The suggestions below the address bar are pages of their own: half the work of a window that has no reader. */
const NO_SUGGESTIONS = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup";
const ARGS = ["--no-sandbox", NO_SUGGESTIONS];

let browser: Promise<Browser> | undefined;

/** A suite in the one Chromium of its file; skipped, and said so, where none is named. */
export function describeInChromium(name: string, suite: () => void): void {
  if (CHROMIUM === "") {
    test.skip(`${name}: skipped, set ${VARIABLE} to the path of a Chromium`, () => {});
    return;
  }
  // When the file is through: its next suite goes on with the same one.
  afterAll(async () => (await browser)?.close());
  describe(name, suite);
}

/** Somebody with a browser of their own: no cookie, no storage, until the test is over. */
export interface Person {
  readonly context: BrowserContext;
  /** Opens an address in a new tab. */
  readonly open: (url: string) => Promise<Page>;
  /** The address of everything that was asked for, by any page. */
  readonly requested: readonly string[];
  /** What pages have complained about and the test has expected; nothing else may be. */
  readonly excuse: (complaint: RegExp) => void;
}

/** A new browser profile. What its pages complain about, be it the policy of one, fails the test. */
export async function person(options: BrowserContextOptions = {}): Promise<Person> {
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  const context = await (await browser).newContext({ viewport: SMALL_PHONE, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  // Time goes by as always, and faster where a test says so.
  await context.clock.install();
  await context.addInitScript(TELL_VIOLATIONS);
  const complaints: string[] = [];
  const excused: RegExp[] = [NO_SUCCESS];
  const requested: string[] = [];
  context.on("console", (message) => complaints.push(...complaintIn(message)));
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("request", (request) => requested.push(request.url()));
  onTestFinished(async () => {
    await context.close();
    const left = complaints.filter((text) => !excused.some((excuse) => excuse.test(text)));
    expect(left).toEqual([]);
  });
  return {
    context,
    requested,
    excuse: (complaint) => void excused.push(complaint),
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
}

function complaintIn(message: ConsoleMessage): readonly string[] {
  return message.type() === "error" ? [message.text()] : [];
}
