import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { person } from "./chromium.ts";
import type { Scene } from "./scene.ts";
import { press } from "./screen.ts";

const BUILT = new URL("../../packages/connect/dist/", import.meta.url);

/** How a page gets hold of the SDK. */
const WAYS = {
  module: `<script type="module">import { newClient } from "/connect.js"; window.newClient = newClient;</script>`,
  script: `<script src="/connect.script.js"></script>
    <script>window.newClient = WabakitConnect.newClient;</script>`,
} as const;

/** What the host's page was given: what it sends to its server, or why there is nothing. */
export type Given =
  | { readonly value: Readonly<Record<string, unknown>> }
  | { readonly reason: string };

/** The page of a product that has the browser SDK in it. */
export interface Shop {
  readonly page: Page;
  /** Clicks, in the page of the host. */
  readonly connect: () => Promise<void>;
  /** Clicks, and has the window that opens. */
  readonly opened: () => Promise<Page>;
  readonly given: () => Promise<Given>;
}

/** Where a shop is not as usual. */
export interface Wish {
  readonly way?: keyof typeof WAYS;
  readonly publicKey?: string;
  readonly target?: Readonly<Record<string, string>>;
  /** Another site than the one the key is for. */
  readonly origin?: string;
}

/** A key for pages of these origins. */
export async function publicKeyFor(
  { api }: Scene,
  ...allowedOrigins: readonly string[]
): Promise<string> {
  const { body } = await api("POST", "/public-keys", { body: { name: "shop", allowedOrigins } });
  return String(body.publicKey);
}

/** The page of a product, on its own origin, with a button that connects. */
export async function shop(here: Scene, wish: Wish = {}): Promise<Shop> {
  const { way = "module", target = { channelId: "support" }, origin = here.site.url } = wish;
  const publicKey = wish.publicKey ?? (await publicKeyFor(here, here.site.url));
  for (const name of ["connect.js", "connect.script.js"]) {
    here.site.put(`/${name}`, readFileSync(new URL(name, BUILT), "utf8"));
  }
  const options = JSON.stringify({ publicKey, baseUrl: here.url });
  here.site.put(
    "/shop",
    `<!DOCTYPE html>${WAYS[way]}<button>Connect WhatsApp</button><script>
      window.given = new Promise((resolve) => {
        document.querySelector("button").onclick = () => newClient(${options})
          .connect(${JSON.stringify(target)})
          .then((value) => resolve({ value }), ({ reason }) => resolve({ reason }));
      });
    </script>`,
  );
  const page = await (await person()).open(`${origin}/shop`);
  const connect = () => press(page, "Connect WhatsApp");
  return {
    page,
    connect,
    async opened() {
      const [popup] = await Promise.all([page.waitForEvent("popup"), connect()]);
      return popup;
    },
    given: () => page.evaluate("given"),
  };
}

/** What the host's server does with what its page has sent. */
export async function complete({ api }: Scene, sessionId: string, given: Given): Promise<void> {
  if (!("value" in given)) throw new Error(given.reason);
  const { phoneId, ...fields } = given.value;
  const named = Object.entries({ ...fields, phoneNumberId: phoneId });
  const body = Object.fromEntries(named.filter(([, value]) => value !== null));
  const answer = await api("POST", `/onboarding/sessions/${sessionId}/complete`, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}
