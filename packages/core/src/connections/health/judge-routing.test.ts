import { describe, expect, it } from "vitest";
import type { AppSubscription } from "../../meta/app-subscription.ts";
import {
  judgeCallback,
  judgeFields,
  judgeOverride,
  judgeSubscription,
  NEEDED_FIELDS,
} from "./judge-routing.ts";

const OURS = "https://app.example.com/webhooks/meta";
const TENANTS = "https://tenant.example.com/hook";

function subscriptionTo(callbackUrl: string | null, active = true): AppSubscription {
  return { callbackUrl, active, fields: [] };
}

describe("a subscription", () => {
  it("is ours, or somebody else's", () => {
    const apps = [{ appId: "1", name: null, overrideCallbackUri: null }];
    expect(judgeSubscription(apps, "1").verdict).toBe("ok");
    expect(judgeSubscription(apps, "2").verdict).toBe("failed");
    expect(judgeSubscription([], "1").verdict).toBe("failed");
  });
});

describe("the app's callback", () => {
  const asked = { expected: [OURS, `${OURS}/1`], delivery: "events" } as const;

  it.each([OURS, `${OURS}/`, `${OURS}/1`, `${OURS}?key=1`])("%s leads to us", (url) => {
    expect(judgeCallback(subscriptionTo(url), asked).verdict).toBe("ok");
  });

  it.each([
    [null, /no callback URL/],
    [subscriptionTo(null), /no callback URL/],
    [subscriptionTo(OURS, false), /switched/],
    [subscriptionTo(`${OURS}/2`), /which is not us/],
    [subscriptionTo("http://app.example.com/webhooks/meta"), /which is not us/],
    [subscriptionTo("https://other.example.com/webhooks/meta?secret=s"), /other.example.com/],
    [subscriptionTo("nonsense"), /nobody can read/],
  ])("%o does not", (subscription, says) => {
    const judged = judgeCallback(subscription, asked);
    expect(judged).toMatchObject({ verdict: "failed", message: expect.stringMatching(says) });
    expect(judged.nextStep).toContain(`${OURS},`);
    expect(judged.message).not.toContain("secret");
    const direct = judgeCallback(subscription, { ...asked, delivery: "direct" });
    expect(direct.verdict).toBe("warning");
  });
});

describe("the app's fields", () => {
  const withFields = (...names: readonly string[]): AppSubscription => ({
    callbackUrl: OURS,
    active: true,
    fields: names.map((name) => ({ name, version: "v25.0" })),
  });
  const all = NEEDED_FIELDS.map(({ field }) => field);
  const plain = NEEDED_FIELDS.filter(({ coexistence }) => !coexistence).map(({ field }) => field);

  it("are enough, or more than enough", () => {
    expect(judgeFields(withFields(...all, "calls"), "coexistence").verdict).toBe("ok");
    expect(judgeFields(withFields(...plain), "cloud_api").verdict).toBe("ok");
  });

  it("lack messages, and then nothing is received", () => {
    const judged = judgeFields(withFields(...all.filter((name) => name !== "messages")), "unknown");
    expect(judged).toMatchObject({
      verdict: "failed",
      message: expect.stringContaining("messages"),
      nextStep: expect.stringMatching(/subscribe to messages\.$/),
    });
    expect(judgeFields(null, "unknown").verdict).toBe("failed");
  });

  it("lack something else, which is named with what it carries", () => {
    const judged = judgeFields(withFields(...plain), "coexistence");
    expect(judged.verdict).toBe("warning");
    for (const name of ["history", "smb_app_state_sync", "smb_message_echoes"]) {
      expect(judged.message).toContain(`${name} (`);
    }
    expect(judgeFields(withFields("messages"), "cloud_api").verdict).toBe("warning");
  });
});

describe("the override", () => {
  const nowhere = { phoneNumber: null, waba: null, application: OURS };
  const none = { waba: null, number: null, refused: false };

  it.each([
    [nowhere, none],
    [
      { ...nowhere, waba: TENANTS },
      { ...none, waba: TENANTS },
    ],
    [
      { ...nowhere, phoneNumber: TENANTS },
      { ...none, number: TENANTS },
    ],
    [
      { ...nowhere, waba: "https://elsewhere", phoneNumber: TENANTS },
      { ...none, number: TENANTS },
    ],
  ])("that Meta has (%o) is the one that is wanted (%o)", (seen, wanted) => {
    expect(judgeOverride(seen, wanted)).toMatchObject({ verdict: "ok", nextStep: null });
  });

  it.each([
    [nowhere, { ...none, refused: true }, /refused the webhook/],
    [nowhere, { ...none, waba: TENANTS }, /has no override.*instead of https:\/\/tenant/],
    [{ ...nowhere, waba: "https://old.example.com/x?s=1" }, none, /account that was not set here/],
    [{ ...nowhere, phoneNumber: "https://old.example.com" }, none, /of the number that was not/],
    [
      { ...nowhere, waba: TENANTS, phoneNumber: "https://old.example.com" },
      { ...none, waba: TENANTS },
      /to https:\/\/old\.example\.com, by an override of the number, instead of https:\/\/tenant/,
    ],
    [
      { ...nowhere, waba: "https://old.example.com" },
      { ...none, waba: TENANTS },
      /of the account, instead of/,
    ],
  ])("that Meta has (%o) is not the one that is wanted (%o)", (seen, wanted, says) => {
    const judged = judgeOverride(seen, wanted);
    expect(judged).toMatchObject({ verdict: "failed", message: expect.stringMatching(says) });
    expect(judged.nextStep).toMatch(/\.$/);
    expect(judged.message).not.toContain("?");
  });
});
