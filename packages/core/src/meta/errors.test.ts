import { describe, expect, it } from "vitest";
import { GRAPH_ERRORS, meaningOf, type Retry } from "./errors.ts";

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, step) => first + step);

/** Meta's documented codes by what may be done after them, typed from its page, not from the table. */
const DOCUMENTED: Readonly<Record<Retry, readonly number[]>> = {
  token: [0, 190, 102],
  backoff: [4, 17, 32, 613, 80007, 130429, 131056, 131208, 138002, 138005],
  later: [1, 2, 131000, 131016, 131057, 133004, 133015, 134101, 139102, 139103, 2494100],
  fix: [
    3,
    10,
    ...range(200, 299),
    131005,
    368,
    2200,
    131031,
    131030,
    131037,
    131042,
    131044,
    131045,
    133000,
    133005,
    133006,
    133010,
    134011,
    134102,
  ],
  no: [
    33,
    100,
    803,
    131048,
    131064,
    133016,
    130497,
    130403,
    130472,
    131008,
    131009,
    131020,
    131041,
    131059,
    ...range(131201, 131207),
    ...range(131209, 131215),
    131021,
    131026,
    131047,
    131049,
    131050,
    131051,
    131052,
    131053,
    131055,
    131063,
    134100,
    131060,
    131062,
    132000,
    132012,
    132018,
    132001,
    132005,
    132007,
    132008,
    132015,
    132016,
    132068,
    132069,
    133008,
    133009,
    135000,
    136024,
    137000,
    138000,
    138001,
    138003,
    138004,
    ...range(138006, 138018),
    ...range(139000, 139004),
    139100,
    139101,
    ...range(147001, 147005),
    1752041,
    2388001,
    2388012,
    2388019,
    2388039,
    2388040,
    2388047,
    2388072,
    2388073,
    2388091,
    2388093,
    2388103,
    2388293,
    2388299,
    2593107,
    2593108,
    2593109,
    2593079,
    2593085,
    ...range(200005, 200007),
  ],
};

const ask = (
  code: number,
  rest: { subcode?: number; message?: string; isTransient?: boolean } = {},
) => meaningOf({ code, subcode: null, message: "", isTransient: false, ...rest }, 400);

describe("the table of Graph errors", () => {
  it.each(Object.keys(DOCUMENTED) as Retry[])("knows every code after which to do: %s", (retry) => {
    const judged = DOCUMENTED[retry].map((code) => ({ code, retry: ask(code).retry }));
    expect(judged).toEqual(DOCUMENTED[retry].map((code) => ({ code, retry })));
  });

  it("names a row for each documented code instead of falling back", () => {
    const unlisted = Object.values(DOCUMENTED)
      .flat()
      .filter((code) => ask(code).codes.length === 0);
    expect(unlisted).toEqual([]);
  });

  it("lists no code twice, so that the order of whole rows does not matter", () => {
    const codes = GRAPH_ERRORS.filter(({ subcodes, says }) => !subcodes && !says)
      .flatMap((row) => row.codes)
      .flatMap((code) => (typeof code === "number" ? [code] : range(...code)));
    expect(codes.length).toBe(new Set(codes).size);
    expect(new Set(codes)).toEqual(new Set(Object.values(DOCUMENTED).flat()));
  });

  it("promises a retry in the failure exactly where the table does", () => {
    const retryable = new Set(["meta_throttled", "meta_unavailable"]);
    const odd = GRAPH_ERRORS.filter(
      ({ failure, retry }) => retryable.has(failure) !== (retry === "backoff" || retry === "later"),
    );
    expect(odd).toEqual([]);
  });

  it("tells a failed handshake from other invalid parameters by what Meta says", () => {
    const failure = "webhook_subscribe_failed";
    expect(ask(2200).failure).toBe(failure);
    expect(ask(100, { message: "Webhook callback URL is not reachable" }).failure).toBe(failure);
    expect(ask(100, { message: "Invalid callback URI format" }).failure).toBe(failure);
    expect(ask(100, { message: "Invalid parameter" }).failure).toBe("meta_rejected");
  });

  it.each([36007, 36008, 36009])("takes subcode %i for a sign-up code that is spent", (subcode) => {
    expect(ask(100, { subcode }).failure).toBe("code_exchange_failed");
  });

  it("does not take a wrong app secret for Meta's own trouble", () => {
    const message = "Error validating client secret.";
    expect(ask(1, { message })).toMatchObject({ failure: "code_exchange_failed", retry: "fix" });
    expect(ask(1)).toMatchObject({ failure: "meta_unavailable", mayBeDone: true });
  });

  it("says how long Meta asks to wait where Meta says so", () => {
    expect(ask(133015).retryAfterMs).toBe(300_000);
  });

  it("refuses for good what it does not know, unless Meta calls it transient or answers 5xx", () => {
    const error = { code: 987654, subcode: null, message: "", isTransient: false };
    expect(meaningOf(error, 400)).toMatchObject({ failure: "meta_rejected", retry: "no" });
    const trouble = { failure: "meta_unavailable", retry: "later", mayBeDone: true };
    expect(meaningOf({ ...error, isTransient: true }, 400)).toMatchObject(trouble);
    expect(meaningOf(error, 500)).toMatchObject(trouble);
  });
});
