import { describe, expect, it } from "vitest";
import type { ConnectedNumber, Waba, Webhook } from "../waba.ts";
import { applyChange } from "./apply-change.ts";
import type { WebhookSettings } from "./intent.ts";

const hook = (url: string, state: Webhook["state"] = "active"): Webhook => ({
  url,
  verifyToken: `sealed ${url}`,
  state,
});

/** Only what a change looks at. */
const number = (id: string, fields: Partial<ConnectedNumber> = {}) =>
  ({
    connectionId: id,
    phoneNumberId: id,
    status: "active",
    webhook: null,
    ...fields,
  }) as ConnectedNumber;

const waba = (fields: Partial<Waba>) =>
  ({
    overrideScope: "waba",
    delivery: "direct",
    webhook: hook("shared"),
    numbers: [number("a"), number("b")],
    ...fields,
  }) as Waba;

const settings = (fields: Partial<WebhookSettings>): WebhookSettings => ({
  delivery: "direct",
  overrideScope: "waba",
  webhook: hook("new"),
  signingSecrets: null,
  forwardManagementEvents: true,
  ...fields,
});

const change = (connectionId: string | null, fields: Partial<WebhookSettings> = {}) => ({
  kind: "webhook" as const,
  connectionId,
  settings: settings(fields),
  describing: {},
});

const urls = ({ numbers }: Waba) => numbers.map(({ webhook }) => webhook?.url ?? null);

describe("a webhook", () => {
  it("of the account is one for all", () => {
    const after = applyChange(waba({}), change("a"), 1);
    expect(after.webhook).toEqual(hook("new"));
    expect(urls(after)).toEqual([null, null]);
  });

  it("of one number leaves the others what they shared", () => {
    const after = applyChange(waba({}), change("a", { overrideScope: "number" }), 1);
    expect(after.webhook).toBeNull();
    expect(urls(after)).toEqual(["new", "shared"]);
  });

  it("of numbers is changed for one, or for all where none is named", () => {
    const numbers = [number("a", { webhook: hook("a") }), number("b", { webhook: hook("b") })];
    const before = waba({ overrideScope: "number", webhook: null, numbers });
    const scope = { overrideScope: "number" } as const;
    expect(urls(applyChange(before, change("b", scope), 1))).toEqual(["a", "new"]);
    expect(urls(applyChange(before, change(null, scope), 1))).toEqual(["new", "new"]);
    expect(urls(applyChange(before, change("b"), 1))).toEqual([null, null]);
  });

  it("is out of use while no number is served, and back with the first", () => {
    const one = applyChange(waba({}), { kind: "suspend", connectionId: "a" }, 5);
    expect(one.webhook?.state).toBe("active");
    const none = applyChange(one, { kind: "suspend", connectionId: "b" }, 6);
    expect(none.webhook?.state).toBe("removed");
    expect(none.numbers[1]).toMatchObject({ status: "suspended", billingSuspendedAt: 6 });
    const back = applyChange(none, { kind: "resume", connectionId: "a" }, 7);
    expect(back.webhook?.state).toBe("active");
  });

  it("that Meta refused stays so until it is set anew", () => {
    const refused = waba({ webhook: hook("shared", "refused") });
    expect(applyChange(refused, { kind: "settle" }, 1).webhook?.state).toBe("refused");
    expect(applyChange(refused, change(null), 1).webhook?.state).toBe("active");
  });
});

describe("a number", () => {
  it("that joins again keeps its place and its webhook", () => {
    const own = hook("own");
    const before = waba({ numbers: [number("a", { webhook: own }), number("b")] });
    const after = applyChange(
      before,
      {
        kind: "connect",
        accessToken: "token",
        tokenExpiresAt: null,
        number: number("a", { name: "new" }),
        settings: null,
      },
      1,
    );
    expect(after.numbers.map(({ connectionId }) => connectionId)).toEqual(["a", "b"]);
    expect(after.numbers[0]).toMatchObject({ name: "new", webhook: own });
    expect(after.accessToken).toBe("token");
  });

  it("keeps a confirmation that came while Meta was asked", () => {
    const confirmed = (at: number | null) => number("a", { heartbeatLastConfirmedAt: at });
    const join = (before: number | null, joining: number | null) => {
      const account = { accessToken: "token", tokenExpiresAt: null, settings: null };
      const change = { kind: "connect" as const, ...account, number: confirmed(joining) };
      return applyChange(waba({ numbers: [confirmed(before)] }), change, 1).numbers[0];
    };
    expect(join(7, 5)).toMatchObject({ heartbeatLastConfirmedAt: 7 });
    expect(join(5, 7)).toMatchObject({ heartbeatLastConfirmedAt: 7 });
    expect(join(5, null)).toMatchObject({ heartbeatLastConfirmedAt: null });
  });

  it("that leaves leaves the others as they are", () => {
    const after = applyChange(waba({}), { kind: "disconnect", connectionId: "a" }, 1);
    expect(after.numbers.map(({ connectionId }) => connectionId)).toEqual(["b"]);
    expect(after.webhook?.state).toBe("active");
  });
});

it("a finished change is no longer under way", () => {
  const intent = { startedAt: 0 } as Waba["intent"];
  expect(applyChange(waba({ intent }), { kind: "settle" }, 1).intent).toBeNull();
});
