import { describe, expect, it } from "vitest";
import {
  CAPABILITY_ROWS,
  type CapabilityFacts,
  capabilitiesOf,
  reasonsAgainst,
} from "./capabilities.ts";

const HEALTHY: CapabilityFacts = {
  platformType: "CLOUD_API",
  status: "CONNECTED",
  healthStatus: "AVAILABLE",
  subscribed: true,
  blocks: [],
};
const payment = { type: "WABA", errorCodes: [141_006] };

/** receive, send, send templates. */
function listOf(facts: Partial<CapabilityFacts>) {
  const { canReceiveMessages, canSendMessages, canSendTemplates } = capabilitiesOf({
    ...HEALTHY,
    ...facts,
  });
  return [canReceiveMessages, canSendMessages, canSendTemplates];
}

describe("a number", () => {
  it.each<readonly [Partial<CapabilityFacts>, readonly (boolean | null)[]]>([
    [{}, [true, true, true]],
    [{ platformType: "NOT_APPLICABLE" }, [false, false, false]],
    [{ platformType: "ON_PREMISE" }, [false, false, false]],
    [{ status: "LINKED" }, [true, true, true]],
    [{ status: "FLAGGED" }, [true, true, true]],
    [{ status: "UNKNOWN" }, [true, true, true]],
    [{ status: null }, [true, true, true]],
    [{ status: "RESTRICTED" }, [true, true, false]],
    [{ status: "RATE_LIMITED" }, [true, true, false]],
    [{ status: "PENDING" }, [false, false, false]],
    [{ status: "UNVERIFIED" }, [false, false, false]],
    [{ status: "DISCONNECTED" }, [false, false, false]],
    [{ status: "UNLINKED" }, [false, false, false]],
    [{ status: "MIGRATED" }, [false, false, false]],
    [{ status: "DELETED" }, [false, false, false]],
    [{ status: "BANNED" }, [false, false, false]],
    [{ healthStatus: "LIMITED" }, [true, true, true]],
    [{ healthStatus: "BLOCKED" }, [true, false, false]],
    [{ healthStatus: "BLOCKED", blocks: [payment] }, [true, true, false]],
    [{ healthStatus: "BLOCKED", blocks: [payment, payment] }, [true, true, false]],
    [
      { healthStatus: "BLOCKED", blocks: [payment, { type: "APP", errorCodes: [] }] },
      [true, false, false],
    ],
    [
      { healthStatus: "BLOCKED", blocks: [{ type: "WABA", errorCodes: [141_006, 1] }] },
      [true, false, false],
    ],
    [{ subscribed: false }, [false, true, true]],
    [{ subscribed: null }, [null, true, true]],
    [{ healthStatus: null }, [true, null, null]],
    [{ healthStatus: "SOMETHING_NEW" }, [true, null, null]],
    [{ platformType: null }, [null, null, null]],
    [{ platformType: "SOMETHING_NEW" }, [null, null, null]],
    [{ platformType: null, status: "BANNED" }, [false, false, false]],
    [{ healthStatus: "BLOCKED", subscribed: false }, [false, false, false]],
  ])("of which Meta says %o can %o", (facts, expected) => {
    expect(listOf(facts)).toEqual(expected);
  });

  it("that lacks something lacks it for the reasons of the table, and of no other row", () => {
    const facts = { ...HEALTHY, status: "BANNED", subscribed: false };
    expect(reasonsAgainst(facts, "canReceiveMessages")).toEqual([
      "Meta has banned the number.",
      expect.stringContaining("not subscribed"),
    ]);
    expect(reasonsAgainst(facts, "canSendMessages")).toEqual(["Meta has banned the number."]);
    expect(reasonsAgainst(HEALTHY, "canReceiveMessages")).toEqual([]);
  });
});

describe("the table", () => {
  it("has a row for every word of Meta's pages, and only one", () => {
    const words = CAPABILITY_ROWS.flatMap(({ fact, is }) => is.map((word) => `${fact} ${word}`));
    expect(words.toSorted()).toEqual([...new Set(words)].toSorted());
    const statuses =
      "CONNECTED DISCONNECTED PENDING MIGRATED DELETED FLAGGED BANNED RESTRICTED RATE_LIMITED UNVERIFIED UNKNOWN LINKED UNLINKED";
    const told = words.filter((word) => word.startsWith("status ")).map((word) => word.slice(7));
    expect(told.toSorted()).toEqual(statuses.split(" ").toSorted());
  });

  it("gives a whole sentence for each", () => {
    for (const { because } of CAPABILITY_ROWS) expect(because).toMatch(/^[A-Z].*\.$/);
  });
});
