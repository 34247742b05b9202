import type { Page } from "playwright-core";
import { en } from "./screen.ts";

/** What somebody does in Meta's dialog before they finish it; the rest is as it comes. */
export interface Choices {
  /** How the outcome reaches the page: see the fake's `SIGNALS`. */
  readonly signals?: string;
  readonly wabaId?: string;
  /** Empty: none, the account alone. */
  readonly phoneNumberId?: string;
  /** The boxes to tick off, by their names: `manage`, `message`, `list-targets`, `announce`. */
  readonly without?: readonly string[];
}

/** Meta's window, which a click on a page of ours opens. */
export async function metaWindow(page: Page, button = en.continueWithFacebook): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: button, exact: true }).click();
  const popup = await opened;
  await popup.getByTestId("signup-dialog").waitFor();
  return popup;
}

/** Goes through Meta's dialog to its end, in a window of its own or in ours. */
export async function finish(dialog: Page, choices: Choices = {}): Promise<void> {
  const { signals, wabaId, phoneNumberId, without = [] } = choices;
  if (wabaId !== undefined) await dialog.getByTestId("signup-waba").selectOption(wabaId);
  if (phoneNumberId !== undefined) {
    await dialog.getByTestId("signup-number").selectOption(phoneNumberId);
  }
  if (signals !== undefined) await dialog.getByTestId("signup-signals").selectOption(signals);
  for (const box of without) await dialog.getByTestId(`signup-${box}`).uncheck();
  await dialog.getByTestId("signup-finish").click();
}

/** The ways out of Meta's dialog without an account. */
export type WayOut = "cancel" | "report" | "error" | "close";

export async function leave(dialog: Page, way: WayOut): Promise<void> {
  await look(dialog);
  await dialog.getByTestId(`signup-${way}`).click();
}

/** Closes Meta's window from outside. */
export async function closeWindow(dialog: Page): Promise<void> {
  await look(dialog);
  await dialog.close();
}

/** Long enough for a person. A page takes a window that is gone at once for one that was blocked. */
const LOOK_MS = 500;

async function look(dialog: Page): Promise<void> {
  await dialog.context().clock.fastForward(LOOK_MS);
}
