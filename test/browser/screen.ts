import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { SMALL_PHONE } from "./chromium.ts";

/** What the pages say, in English. */
export { en } from "../../packages/pages/src/browser/words/en.ts";

const SHOTS = process.env.WABAKIT_SCREENSHOTS ?? "";

const SHOT_WIDTHS = [1_280, 360];

/** What all screens promise, as a browser sees it. */
const PROMISED = `({
  title: document.title,
  headings: document.querySelectorAll("h1").length,
  live: document.querySelector("main [role=status]") !== null,
  width: document.documentElement.scrollWidth,
})`;

/**
 * Waits for a screen of ours by its heading, and holds it against what all screens promise: the focus is
 * on the heading, a live region says the rest, the tab is named after it, and nothing is wider than the
 * small phone that tests have.
 *
 * @param focused What has the focus instead, as where a form was not complete.
 */
export async function see(page: Page, heading: string, focused = "h1"): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  await page.locator(`${focused}:focus`).waitFor();
  // A window that was opened in a size of its own.
  if (page.viewportSize()?.width !== SMALL_PHONE.width) await page.setViewportSize(SMALL_PHONE);
  expect(await page.evaluate(PROMISED)).toEqual({
    title: expect.stringContaining(heading),
    headings: 1,
    live: true,
    width: SMALL_PHONE.width,
  });
  await shoot(page, heading);
}

const taken = new Map<string, number>();

/** Saves what the page looks like, on a desk and on a phone, where WABAKIT_SCREENSHOTS names a folder. */
async function shoot(page: Page, heading: string): Promise<void> {
  if (SHOTS === "") return;
  await mkdir(SHOTS, { recursive: true });
  const { currentTestName = "" } = expect.getState();
  const test = currentTestName.replaceAll(/[^\w]+/g, "-").slice(-60);
  const count = (taken.get(test) ?? 0) + 1;
  taken.set(test, count);
  for (const width of SHOT_WIDTHS) {
    await page.setViewportSize({ ...SMALL_PHONE, width });
    const name = `${heading.replaceAll(/[^\w]+/g, "-")}.${test}.${count}.${width}.png`;
    await page.screenshot({ path: join(SHOTS, name), fullPage: true, animations: "disabled" });
  }
  await page.setViewportSize(SMALL_PHONE);
}

/** Clicks a button by its name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Presses what closes the page: a press does not always live to see its end. */
export async function pressLast(page: Page, name: string): Promise<void> {
  const closed = page.waitForEvent("close");
  await press(page, name).catch((error: Error) => {
    if (!/has been closed/.test(error.message)) throw error;
  });
  await closed;
}

/** Chooses what an option stands for, by some of the words beside it. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name }).check();
}
