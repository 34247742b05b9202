import fc from "fast-check";
import { expect, it } from "vitest";
import { associatedData } from "./place.ts";

it("gives different bytes for different places, wherever the parts are cut", () => {
  const part = fc.array(fc.constantFrom("a", "b", ":", "|", "\0", "\ud800", "\ufffd"), {
    maxLength: 3,
  });
  const place = fc.record({ organizationId: part, record: part, field: part }).map((parts) => ({
    organizationId: parts.organizationId.join(""),
    record: parts.record.join(""),
    field: parts.field.join(""),
  }));
  fc.assert(
    fc.property(place, place, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(Buffer.compare(associatedData(["p"], a), associatedData(["p"], b)) === 0).toBe(same);
    }),
    { numRuns: 3_000 },
  );
});

it("keeps apart parts that read the same when written one after the other", () => {
  const a = { organizationId: "org_1", record: "waba:12", field: "token" };
  const b = { organizationId: "org_1", record: "waba:1", field: "2token" };
  expect(associatedData(["p"], a)).not.toEqual(associatedData(["p"], b));
});

it("keeps apart parts that only UTF-8 would make the same", () => {
  const at = (record: string) => ({ organizationId: "", record, field: "" });
  expect(associatedData([], at("\ud800"))).not.toEqual(associatedData([], at("\ufffd")));
});

it("keeps purposes apart", () => {
  const place = { organizationId: "o", record: "r", field: "f" };
  expect(associatedData(["v1", "a"], place)).not.toEqual(associatedData(["v1", "b"], place));
});
