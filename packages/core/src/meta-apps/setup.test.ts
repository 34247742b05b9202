import { expect, test } from "vitest";
import { NEEDED_FIELDS } from "../connections/health/judge-routing.ts";
import { compareSetup } from "./setup.ts";

const app = { appId: "2", receiverUrl: "https://app.example.com/webhooks/meta/2" };
const fields = NEEDED_FIELDS.map(({ field }) => ({ name: field, version: "v25.0" }));
const good = { callbackUrl: app.receiverUrl, active: true, fields };

test.each([
  ["all of it", good, true],
  ["with a query of somebody's", { ...good, callbackUrl: `${app.receiverUrl}?a=b` }, true],
  ["with more fields", { ...good, fields: [...fields, { name: "flows", version: null }] }, true],
  ["with another callback", { ...good, callbackUrl: "https://app.example.com" }, false],
  ["with another app's", { ...good, callbackUrl: "https://app.example.com/webhooks/meta" }, false],
  ["without a callback", { ...good, callbackUrl: null }, false],
  ["that is switched off", { ...good, active: false }, false],
  ["with a field less", { ...good, fields: fields.slice(1) }, false],
  ["that is not there", null, false],
])("a setup %s is judged", (_, subscription, isComplete) => {
  expect(compareSetup(app, subscription).isComplete).toBe(isComplete);
});

test("a query, which may hold a secret, is not shown", () => {
  const { callbackUrl } = compareSetup(app, { ...good, callbackUrl: "https://x.example/hook?t=s" });
  expect(callbackUrl.atMeta).toBe("https://x.example/hook");
});
