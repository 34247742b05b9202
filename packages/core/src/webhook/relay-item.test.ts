import { describe, expect, it } from "vitest";
import type { ConnectedNumber, Waba } from "../connections/waba.ts";
import type { Item } from "./item.ts";
import { relayItem } from "./relay-item.ts";
import type { Whose } from "./whose.ts";

const active = { url: "https://acme.example.com/", verifyToken: "sealed", state: "active" };

function number(phoneNumberId: string, changes: object = {}) {
  return { phoneNumberId, status: "active", webhook: null, ...changes } as ConnectedNumber;
}

function account(changes: object = {}): Waba {
  const waba = {
    organizationId: "org_1",
    appId: "1",
    wabaId: "10",
    delivery: "relay",
    overrideScope: "waba",
    webhook: active,
    forwardManagementEvents: true,
    numbers: [number("101"), number("102")],
    ...changes,
  };
  // Only what decides where an item goes on to.
  return waba as unknown as Waba;
}

const item = (field: string) => ({ field }) as Item;
const aboutAccount = (waba: Waba): Whose => ({
  waba,
  version: undefined,
  isAboutAccount: true,
  numbers: waba.numbers,
});
const about = (waba: Waba, ...numbers: readonly ConnectedNumber[]): Whose => {
  return { waba, version: undefined, isAboutAccount: false, numbers };
};

describe("an item", () => {
  it("of an account that forwards goes to its webhook once, whatever it is", () => {
    for (const field of ["messages", "security", "unknown"]) {
      expect(relayItem(item(field), aboutAccount(account()))).toEqual(["org_1.relay-1-10"]);
      expect(relayItem(item(field), about(account(), number("101")))).toEqual(["org_1.relay-1-10"]);
    }
  });

  it.each([
    ["that makes events only", account({ delivery: "events" })],
    ["whose webhook is out of use", account({ webhook: { ...active, state: "removed" } })],
    ["whose webhook Meta refused", account({ webhook: { ...active, state: "refused" } })],
    ["without a webhook", account({ webhook: null })],
  ])("of an account %s goes nowhere", (_what, waba) => {
    expect(relayItem(item("messages"), about(waba, number("101")))).toEqual([]);
  });

  it.each(["suspended", "disconnected", "pending"])(
    "of a number that is %s goes nowhere",
    (status) => {
      expect(relayItem(item("messages"), about(account(), number("101", { status })))).toEqual([]);
    },
  );

  it("of a number or an account that nobody connected goes nowhere", () => {
    expect(relayItem(item("messages"), about(account()))).toEqual([]);
    const nobody = { waba: undefined, version: undefined, isAboutAccount: true, numbers: [] };
    expect(relayItem(item("messages"), nobody)).toEqual([]);
  });

  it("about an account goes to each URL of its numbers once, and to none out of use", () => {
    const at = (url: string, state = "active") => ({ webhook: { ...active, url, state } });
    const numbers = [
      number("101", at("https://a.example.com/")),
      number("102", at("https://b.example.com/")),
      number("103", at("https://a.example.com/")),
      number("104", { ...at("https://c.example.com/", "removed"), status: "suspended" }),
      number("105"),
    ];
    const waba = account({ overrideScope: "number", webhook: null, numbers });
    expect(relayItem(item("security"), aboutAccount(waba))).toEqual([
      "org_1.relay-1-10-101",
      "org_1.relay-1-10-102",
    ]);
  });
});

/** The fields of the sheet's list, in the words of the page on overrides. */
const OVERRIDABLE =
  "messages message_echoes calls consumer_profile messaging_handovers group_lifecycle_update " +
  "group_participants_update group_settings_update group_status_update smb_message_echoes " +
  "smb_app_state_sync history account_settings_update";

describe("an item past which an override leads", () => {
  const direct = account({ delivery: "direct" });

  it.each(OVERRIDABLE.split(" "))("is not forwarded in `direct`: %s", (field) => {
    expect(relayItem(item(field), about(direct, number("101")))).toEqual([]);
  });

  it("is every one of these and no other", () => {
    for (const field of ["message_template_status_update", "account_update", "flows", "standby"]) {
      expect(relayItem(item(field), aboutAccount(direct))).toEqual(["org_1.relay-1-10"]);
      const silent = account({ delivery: "direct", forwardManagementEvents: false });
      expect(relayItem(item(field), aboutAccount(silent))).toEqual([]);
    }
  });
});
