import { randomBytes } from "node:crypto";
import type { Hub } from "@wabakit/core";
import type { FakeMeta } from "@wabakit/testing";
import { expect } from "vitest";
import type { Canary } from "./canary.ts";

const PAGES = "https://app.example.com/connect/onboard";

/** A sign-up that stops halfway, with everything a session can hold. */
export async function onboard(hub: Hub, meta: FakeMeta, url: string): Promise<readonly Canary[]> {
  const verifyToken = randomBytes(24).toString("hex");
  const { sessionId, onboardingUrl } = await hub.onboarding.create({
    tenantId: "d",
    tenantName: "D",
    webhookOverrideUrl: `${url}/onboarded`,
    webhookVerifyToken: verifyToken,
    skipWebhookPreflight: true,
  });
  const link = new URL(onboardingUrl).hash.slice(1);
  const started = await post(hub, "start", { link });
  const [cookie = ""] = started?.headers.getSetCookie() ?? [];
  const departed = await post(hub, "redirect", { sessionId, coexistence: false }, cookie);
  const { url: dialog } = Object(await departed?.json());
  const state = new URL(dialog).searchParams.get("state") ?? "";
  const { wabaId } = meta.addWaba();
  const twoStep = { pin: "123456", platformType: "NOT_APPLICABLE" } as const;
  const { phoneNumberId } = meta.addNumber({ wabaId, ...twoStep });
  const { code } = meta.finishSignup({ wabaId, phoneNumberId });
  const finished = await post(hub, "finish", { sessionId, code, coexistence: false }, cookie);
  expect(await finished?.json()).toMatchObject({ errorCategory: "pin_required" });
  const registered = meta.requests.findLast(({ path }) => path.endsWith("/register"));
  return [
    { name: "onboarding link", text: link },
    { name: "browser of a session", text: /=([^;]+);/.exec(cookie)?.[1] ?? "" },
    { name: "state of a redirect", text: state.split(".")[1] ?? "" },
    { name: "code", text: code },
    { name: "token of a code", text: registered?.headers.authorization?.slice(7) ?? "" },
    { name: "verify token of a session", text: verifyToken },
  ];
}

function post(hub: Hub, action: string, body: object, cookie = "") {
  const headers = { "content-type": "application/json", cookie };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return hub.fetch(new Request(`${PAGES}/${action}`, init));
}
