import { describe, expect, it } from "vitest";
import { Failure, type FailureContext } from "../failure.ts";
import { ErrorBody, exampleOf } from "./openapi-error.ts";
import { failureResponse } from "./respond.ts";

/** Everything a refusal can tell; a field that is added to it has to be added here. */
const CONTEXT: Required<FailureContext> = {
  fields: [{ path: "name", message: "is required" }],
  meta: { code: 100, subcode: null, message: "no", traceId: null },
  preflight: { category: "timeout", httpStatus: null, receivedPreview: null },
  mismatch: "both",
  webhookUrl: "https://hooks.example.org",
  errorCategory: "number_ambiguous",
  phoneNumbers: [{ phoneNumberId: "1", displayPhoneNumber: null, verifiedName: "Lucky" }],
};

describe("the body of a refusal", () => {
  it("is what is presented, with all there may be in it", () => {
    const failure = new Failure("webhook_preflight_failed", undefined, { context: CONTEXT });
    const { body } = failureResponse(failure, crypto.randomUUID());
    const value = JSON.parse(Buffer.from(body).toString());
    expect(ErrorBody.parse(value)).toEqual(value);
  });

  it("has an example for every code, with what goes with it", () => {
    expect(exampleOf("not_found")).toMatchObject({
      error: { type: "not_found", code: "not_found", message: new Failure("not_found").message },
    });
    expect(exampleOf("webhook_preflight_failed").error.preflight).toBeDefined();
    expect(exampleOf("meta_rejected").error.meta).toBeDefined();
  });
});
