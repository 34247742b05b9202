import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { type Person, person } from "./chromium.ts";
import type { Begun, Customer, Scene } from "./scene.ts";
import { en, see } from "./screen.ts";

/** The headings of the screens that most walks come through. */
export const WELCOME = en.connect;
export const [WAITING] = en.waiting;
export const DONE = en.completed;
export const FAILED = en.failed;
export const [LEFT] = en.left;
export const [INVALID] = en.missing;
export const [ELSEWHERE] = en.elsewhere;

/** Somebody who has opened the link of a new session. */
export interface Visit extends Begun {
  readonly someone: Person;
  readonly page: Page;
}

/** Begins a session for a number that is new, and opens its link in a browser that is new as well. */
export async function visit(
  here: Scene,
  fields: Readonly<Record<string, unknown>> = {},
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const begun = await here.begin({ coexistence: "off", ...fields });
  const someone = await person(options);
  const page = await someone.open(begun.onboardingUrl);
  await see(page, WELCOME);
  return { ...begun, someone, page };
}

/** The number is connected, the only one, and the session says so. */
export async function expectConnected(
  here: Scene,
  sessionId: string,
  { wabaId, phoneNumberId }: Pick<Customer, "wabaId" | "phoneNumberId">,
): Promise<void> {
  const number = { wabaId, phoneNumberId };
  const { connectionId } = await here.connection();
  expect(await here.session(sessionId)).toMatchObject({
    ...{ ...number, connectionId },
    ...{ status: "completed", step: null, errorCategory: null },
  });
  expect(await here.connection()).toMatchObject({ ...number, status: "active" });
  expect(here.meta.subscriptionOf(wabaId)).toBeDefined();
}

/** How often something was asked of Meta by the hub. */
export function timesAsked({ meta }: Scene, path: string | RegExp): number {
  const isIt = (asked: string) => (typeof path === "string" ? asked === path : path.test(asked));
  return meta.requests.filter(({ path: asked }) => isIt(asked)).length;
}

/** How often a page's script has asked the hub for something, e.g. `onboard/finish`. */
export function timesPosted({ log }: Scene, action: string): number {
  return log.filter(({ method, url }) => method === "POST" && url === `/connect/${action}`).length;
}
