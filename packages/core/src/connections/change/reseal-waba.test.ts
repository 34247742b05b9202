import { expect, it } from "vitest";
import type { Place } from "../../crypto/place.ts";
import type { Waba, Webhook } from "../waba.ts";
import type { WabaChange } from "./intent.ts";
import { resealWaba } from "./reseal-waba.ts";

const hook = (verifyToken: string): Webhook => ({
  url: "https://acme.example",
  verifyToken,
  state: "active",
});
const signing = (name: string) => ({
  current: `${name} current`,
  previous: `${name} previous`,
  previousUntil: 1,
});
const settings = (name: string) => ({
  delivery: "relay" as const,
  overrideScope: "waba" as const,
  webhook: hook(`${name} verify token`),
  signingSecrets: signing(name),
  forwardManagementEvents: true,
});
const number = (name: string) =>
  ({
    connectionId: `conn_${name}`,
    webhook: hook(`${name} verify token`),
    pendingRequest: `${name} request`,
  }) as Waba["numbers"][number];

/** Only what holds secrets. */
const waba = (change: WabaChange | null) =>
  ({
    organizationId: "org_1",
    appId: "1",
    wabaId: "10",
    accessToken: "token",
    webhook: hook("verify token"),
    signingSecrets: signing("signing"),
    numbers: [number("one")],
    intent: change && { startedAt: 0, change },
  }) as unknown as Waba;

const CHANGES: readonly (WabaChange | null)[] = [
  null,
  {
    kind: "connect",
    accessToken: "new token",
    tokenExpiresAt: null,
    number: number("joining"),
    settings: settings("wanted"),
  },
  { kind: "webhook", connectionId: null, settings: settings("wanted"), describing: {} },
  { kind: "token", accessToken: "new token", tokenExpiresAt: null },
  { kind: "signing", signingSecrets: signing("new") },
  { kind: "disconnect", connectionId: "conn_one" },
];

const SECRET = /(token|current|previous|request)$/;

/** Every text of a record that is a secret here. */
function secretsIn(record: unknown): readonly string[] {
  const found: string[] = [];
  JSON.stringify(record, (name, value: unknown) => {
    if (name !== "kind" && typeof value === "string" && SECRET.test(value)) found.push(value);
    return value;
  });
  return found.toSorted();
}

it.each(CHANGES)(
  "passes every secret of an account through the vault, with %o under way",
  (change) => {
    const account = waba(change);
    const seen: string[] = [];
    const rewrap = (sealed: string, place: Place) => {
      expect(place).toMatchObject({ organizationId: "org_1", record: "waba:1:10" });
      seen.push(sealed);
      return `resealed ${sealed}.`;
    };
    const resealed = resealWaba(account, rewrap);
    expect(secretsIn(resealed)).toEqual([]);
    expect(seen.toSorted()).toEqual(secretsIn(account));
  },
);
