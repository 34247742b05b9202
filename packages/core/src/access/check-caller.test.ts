import { expect, test } from "vitest";
import { checkCaller } from "./check-caller.ts";

const caller = { organizationId: "org_1", scopes: ["*"], actor: "alice" };

test.each([
  undefined,
  caller,
  { ...caller, scopes: [] },
  { ...caller, tenantIds: ["acme"] },
  { ...caller, tenantIds: [] },
  { ...caller, tenantIds: undefined },
])("a host may answer %j", (answer) => {
  expect(checkCaller(answer)).toEqual(answer);
});

test.each([
  [null, ""],
  [true, ""],
  ["org_1", ""],
  [{}, "organizationId"],
  [{ ...caller, organizationId: "" }, "organizationId"],
  [{ ...caller, scopes: "*" }, "scopes"],
  [{ ...caller, scopes: ["everything"] }, "scopes.0"],
  [{ ...caller, actor: undefined }, "actor"],
  [{ ...caller, tenantIds: "acme" }, "tenantIds"],
  [{ ...caller, tenantids: ["acme"] }, "tenantids"],
])("a host may not answer %j", (answer, named) => {
  expect(() => checkCaller(answer)).toThrow(
    expect.objectContaining({
      code: "internal_error",
      message: expect.stringContaining(named),
    }),
  );
});

test("a value that a host has answered is not told", () => {
  const answer = { ...caller, scopes: ["s3cret"], actor: 17 };
  expect(() => checkCaller(answer)).toThrow(/^(?!.*(s3cret|17)).*$/);
});
