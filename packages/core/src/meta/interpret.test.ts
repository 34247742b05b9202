import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { FailureCode } from "../failure.ts";
import { type Asked, interpret } from "./interpret.ts";

const SAMPLES = new URL("../../../../test/fixtures/payloads/graph/", import.meta.url);

const EXPECTED: Readonly<Record<string, readonly [read: FailureCode, write: FailureCode]>> = {
  "block_users.post.partial_failure.json": ["meta_rejected", "meta_rejected"],
  "error.100_object_missing.json": ["meta_rejected", "meta_rejected"],
  "error.130429.json": ["meta_throttled", "meta_throttled"],
  "error.131009.json": ["meta_rejected", "meta_rejected"],
  "error.131016.json": ["meta_unavailable", "meta_outcome_unknown"],
  "error.131031.json": ["meta_rejected", "meta_rejected"],
  "error.131047.json": ["window_closed", "window_closed"],
  "error.131056.json": ["meta_throttled", "meta_throttled"],
  "error.131062.json": ["meta_rejected", "meta_rejected"],
  "error.132001.json": ["meta_rejected", "meta_rejected"],
  "error.133005.json": ["meta_rejected", "meta_rejected"],
  "error.133010.json": ["meta_rejected", "meta_rejected"],
  "error.133016.json": ["meta_rejected", "meta_rejected"],
  "error.190_app_uninstalled.json": ["meta_token_expired", "meta_token_expired"],
  "error.190_expired.json": ["meta_token_expired", "meta_token_expired"],
  "error.200_permissions.json": ["meta_rejected", "meta_rejected"],
  "error.2_transient.json": ["meta_unavailable", "meta_outcome_unknown"],
  "error.4_app_limit.json": ["meta_throttled", "meta_throttled"],
  "error.80007.json": ["meta_throttled", "meta_throttled"],
  "error.appsecret_proof.json": ["meta_rejected", "meta_rejected"],
  "oauth_access_token.error_code_expired.json": ["code_exchange_failed", "code_exchange_failed"],
  "oauth_access_token.error_code_used.json": ["code_exchange_failed", "code_exchange_failed"],
  "phone_number.smb_app_data.error_2593107.json": ["meta_rejected", "meta_rejected"],
  "phone_number.smb_app_data.error_2593108.json": ["meta_rejected", "meta_rejected"],
  "subscribed_apps.post.error_callback_timeout.json": [
    "webhook_subscribe_failed",
    "webhook_subscribe_failed",
  ],
  "subscribed_apps.post.error_callback_verification.json": [
    "webhook_subscribe_failed",
    "webhook_subscribe_failed",
  ],
};

const read: Asked = { isWrite: false, secrets: [] };
const write: Asked = { isWrite: true, secrets: [] };
const anything = z.unknown();
const sample = (name: string) => readFileSync(new URL(name, SAMPLES), "utf8");

function failureOf(understood: ReturnType<typeof interpret>) {
  if ("value" in understood) throw new Error("This was understood as a value.");
  return understood;
}

function refusal(error: object, asked = read) {
  return failureOf(interpret({ status: 400, text: JSON.stringify({ error }) }, anything, asked));
}

describe("a refusal", () => {
  it("is expected for every sample of one", () => {
    const refusals = readdirSync(SAMPLES).filter((name) => "error" in JSON.parse(sample(name)));
    expect(refusals.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(EXPECTED))("is understood: %s", (name, [onRead, onWrite]) => {
    const answer = { status: 400, text: sample(name) };
    expect(failureOf(interpret(answer, anything, read)).failure.code).toBe(onRead);
    expect(failureOf(interpret(answer, anything, write)).failure.code).toBe(onWrite);
  });

  it("is one whatever the HTTP status says", () => {
    const answer = { status: 200, text: sample("error.190_expired.json") };
    expect(failureOf(interpret(answer, anything, read)).failure.code).toBe("meta_token_expired");
  });

  it("carries Meta's words, code, subcode and trace", () => {
    const answer = { status: 400, text: sample("error.190_app_uninstalled.json") };
    expect(failureOf(interpret(answer, anything, read)).failure.context.meta).toEqual({
      code: 190,
      subcode: 458,
      message:
        "Error validating access token: The user has not authorized application 670843887430011.",
      traceId: "AexampleTrace00190",
    });
  });

  it.each([
    [
      "the details",
      { error_data: { details: "not a number" }, message: "(#1) no" },
      "not a number",
    ],
    ["details that are bare text", { error_data: "not so", message: "(#1) no" }, "not so"],
    ["the message else", { error_data: 7, message: "(#1) no" }, "(#1) no"],
    ["that there is nothing else", { message: 7 }, "no reason given"],
  ])("is explained with %s", (_, words, expected) => {
    const { failure } = refusal({ code: 131009, ...words });
    expect(failure.message).toBe(`Meta refused: ${expected}`);
  });

  it("passes on how long to wait", () => {
    expect(refusal({ code: 133015 }).failure.retryAfterMs).toBe(300_000);
  });

  it("does not repeat a secret that Meta repeats, nor words without end", () => {
    const secrets = ["canary-of-the-coal-mine"];
    const echo = `x${secrets[0]}x${"y".repeat(600)}`;
    const error = { code: 190, message: echo, error_data: echo, fbtrace_id: echo };
    const { failure } = refusal(error, { isWrite: false, secrets });
    expect(JSON.stringify([failure.message, failure.context])).not.toContain("canary");
    expect(failure.context.meta?.message).toHaveLength(500);
  });
});

describe("a write that Meta could not finish", () => {
  it("leaves doubt and keeps Meta's words", () => {
    const { failure, retry } = refusal({ code: 131000, message: "Something went wrong" }, write);
    expect(failure).toMatchObject({ code: "meta_outcome_unknown", retryable: false });
    expect(failure.context.meta).toMatchObject({ code: 131000, message: "Something went wrong" });
    expect(retry).toBe("no");
  });
});

describe("an answer that is not Meta's", () => {
  const page = "<html>502 Bad Gateway</html>";

  it("may be asked for again after a 5xx", () => {
    const { failure, retry } = failureOf(interpret({ status: 502, text: page }, anything, read));
    expect([failure.code, retry]).toEqual(["meta_unavailable", "later"]);
  });

  it.each([204, 302, 404])("is not asked for again after a %i", (status) => {
    const { failure, retry } = failureOf(interpret({ status, text: page }, z.object(), read));
    expect([failure.code, retry]).toEqual(["meta_unavailable", "no"]);
  });

  it.each([200, 302, 404, 502])("leaves doubt about a write after a %i", (status) => {
    const { failure } = failureOf(interpret({ status, text: page }, z.object(), write));
    expect(failure.code).toBe("meta_outcome_unknown");
  });

  it("is not taken for a value because its body would do", () => {
    const answer = { status: 302, text: '{"success":true}' };
    expect(failureOf(interpret(answer, anything, write)).failure.code).toBe("meta_outcome_unknown");
  });

  it("is not taken for a refusal because it has an error without a code", () => {
    const text = '{"error":"invalid_request"}';
    const { failure } = failureOf(interpret({ status: 400, text }, anything, write));
    expect(failure.code).toBe("meta_outcome_unknown");
  });

  it("cannot exhaust the stack", () => {
    const text = "[".repeat(200_000) + "]".repeat(200_000);
    const { failure } = failureOf(interpret({ status: 200, text }, z.object(), read));
    expect(failure.code).toBe("meta_unavailable");
  });
});

describe("a good answer", () => {
  const Numbers = z.object({ data: z.array(z.object({ id: z.string() })) });

  it("is its value, without what was not asked for", () => {
    const text = '{"data":[{"id":"1","more":true}],"paging":{}}';
    expect(interpret({ status: 200, text }, Numbers, read)).toEqual({
      value: { data: [{ id: "1" }] },
    });
  });

  it("keeps every digit of an id that is a number beyond the safe ones", () => {
    const text = '{"data":[{"id":1029384756102938475}]}';
    const understood = interpret({ status: 200, text }, Numbers, read);
    expect(understood).toEqual({ value: { data: [{ id: "1029384756102938475" }] } });
  });

  it("names the place of a new shape, not what stands there", () => {
    const text = '{"data":[{"id":{"secret":"canary"}}]}';
    const { failure, retry } = failureOf(interpret({ status: 200, text }, Numbers, read));
    expect(failure.message).toBe("Meta's answer has a new shape at data[0].id.");
    expect([failure.code, failure.cause, retry]).toEqual(["meta_unavailable", undefined, "no"]);
  });
});
