import { describe, expect, it } from "vitest";
import { ERROR_CATEGORIES } from "../../error-categories.ts";
import { Failure, type FailureCode, type FailureContext } from "../../failure.ts";
import { SIGNUP_STEPS, type SignupStep } from "../sessions/session.ts";
import { CATEGORY_SENTENCES, categoryOf, remedyFor } from "./error-category.ts";

const failure = (code: FailureCode, context: FailureContext = {}) =>
  new Failure(code, undefined, { context });
const meta = (code: number, subcode: number | null = null) => ({
  meta: { code, subcode, message: "no", traceId: null },
});

describe("what stops a sign-up", () => {
  it.each([
    ["exchange", failure("code_exchange_failed", meta(100, 36007)), "code_expired"],
    ["exchange", failure("code_exchange_failed", meta(100, 36009)), "code_used"],
    ["exchange", failure("code_exchange_failed", meta(100, 36008)), "token_invalid"],
    ["exchange", failure("code_exchange_failed", meta(1)), "token_invalid"],
    ["exchange", failure("meta_outcome_unknown"), "exchange_ambiguous"],
    ["exchange", failure("meta_unavailable"), "meta_unavailable"],
    ["inspect", failure("meta_token_expired"), "token_invalid"],
    ["discover", failure("meta_rejected"), "waba_not_granted"],
    ["conflict", failure("waba_in_use"), "waba_conflict"],
    ["subscribe", failure("number_in_use"), "waba_conflict"],
    ["subscribe", failure("webhook_subscribe_failed"), "override_refused"],
    ["subscribe", failure("meta_rejected"), "subscribe_refused"],
    ["subscribe", failure("meta_outcome_unknown"), "meta_unavailable"],
    ["subscribe", failure("connection_busy"), "meta_unavailable"],
    ["register", failure("meta_rejected", meta(133005)), "pin_required"],
    ["register", failure("meta_rejected", meta(133016)), "register_refused"],
    ["register", failure("meta_token_expired"), "token_invalid"],
    ["mode", failure("meta_throttled"), "meta_unavailable"],
  ] satisfies [SignupStep, Failure, string][])("in %s has one meaning: %#", (step, why, is) => {
    expect(categoryOf(step, why)).toBe(is);
  });

  it("says what it means by itself, in any step", () => {
    const preflight = { category: "redirect", httpStatus: 301, receivedPreview: null } as const;
    for (const step of SIGNUP_STEPS) {
      const named = failure("meta_rejected", { errorCategory: "missing_permission" });
      expect(categoryOf(step, named)).toBe("missing_permission");
      expect(categoryOf(step, failure("webhook_preflight_failed", { preflight }))).toBe("redirect");
    }
  });
});

describe("a category", () => {
  it.each(ERROR_CATEGORIES)("tells the operator what to do, in a sentence: %s", (category) => {
    expect(CATEGORY_SENTENCES[category]).toMatch(/^[A-Z].{20,}\.$/);
  });

  it("is mended by what the reader has, and from the start without a token", () => {
    expect(remedyFor(null, true)).toBeNull();
    expect(remedyFor("pin_required", true)).toBe("pin");
    expect(remedyFor("number_ambiguous", true)).toBe("number");
    expect(remedyFor("override_refused", true)).toBe("resume");
    expect(remedyFor("missing_permission", true)).toBe("signup");
    for (const category of ERROR_CATEGORIES) expect(remedyFor(category, false)).toBe("signup");
  });
});
