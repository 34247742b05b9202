import { expect, onTestFinished, test } from "vitest";
import { type FakeMetaOptions, fakeMeta } from "../fake-meta.ts";

const BACK = "https://hub.example/back?keep=1";

async function startMeta(options?: FakeMetaOptions) {
  const meta = await fakeMeta(options);
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba({ name: `Bob's <"Shrubs"> & Sons` });
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const asked = {
    client_id: meta.app.appId,
    config_id: "77",
    response_type: "code",
    override_default_response_type: "true",
    extras: JSON.stringify({ setup: {} }),
  };
  const popup = { ...asked, display: "popup", origin: "https://hub.example", cb: "f1" };
  const byLink = { ...asked, redirect_uri: BACK, state: "s t&te" };
  const url = `${meta.url}/v25.0/dialog/oauth`;
  const open = async (query: Readonly<Record<string, string>>) => {
    const answer = await fetch(`${url}?${new URLSearchParams(query)}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const submit = async (form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams(form);
    const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
    const to = answer.headers.get("location");
    return { status: answer.status, to: to === null ? to : new URL(to), text: await answer.text() };
  };
  return { meta, wabaId, phoneNumberId, popup, byLink, open, submit };
}

test("shows the customer's accounts and numbers, escaped, and keeps out of frames", async () => {
  const { wabaId, phoneNumberId, popup, open } = await startMeta();
  const extras = JSON.stringify({ setup: { business: { name: "</script><img>" } } });
  const { status, headers, text } = await open({ ...popup, extras });
  expect(status).toBe(200);
  expect(text).not.toContain("<img>");
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(text).toContain(`<option value="${wabaId}">Bob&#39;s &#60;&#34;Shrubs`);
  expect(text).toContain(`<option value="${phoneNumberId}" data-waba="${wabaId}">`);
});

test("offers the accounts a test has marked, and all of them otherwise", async () => {
  const { meta, wabaId, popup, open } = await startMeta();
  const other = meta.addWaba();
  const offered = async () => {
    const { text } = await open(popup);
    return [wabaId, other.wabaId].filter((id) => text.includes(`<option value="${id}">`));
  };
  expect(await offered()).toEqual([wabaId, other.wabaId]);
  meta.offerInSignup([other.wabaId]);
  expect(await offered()).toEqual([other.wabaId]);
  meta.offerInSignup([]);
  expect(await offered()).toEqual([wabaId, other.wabaId]);
  expect(() => meta.offerInSignup(["1"])).toThrow("knows nothing under 1");
});

test.each([
  ["an unknown app", { client_id: "4711" }, "Invalid application ID"],
  ["no configuration", { config_id: "" }, "config_id"],
  ["a configuration that is none", { config_id: "my-config" }, "config_id"],
  ["a token instead of a code", { response_type: "token" }, "response_type=code"],
  ["no override", { override_default_response_type: "false" }, "response_type=code"],
  ["extras that are no JSON", { extras: "[object Object]" }, "extras"],
  ["a page without an origin", { origin: "" }, "origin"],
  ["a path for an origin", { origin: "https://hub.example/" }, "origin"],
])("shows an error page for %s", async (_, wrong, because) => {
  const { popup, open } = await startMeta();
  const { status, headers, text } = await open({ ...popup, ...wrong });
  expect(status).toBe(400);
  expect(headers.get("content-type")).toContain("text/html");
  expect(text).toMatch(new RegExp(`<p data-testid="signup-error">[^<]*${because}`));
});

test("redirects only to an address the app has named, to the letter", async () => {
  const { byLink, open } = await startMeta({ redirectUris: [BACK] });
  expect((await open(byLink)).status).toBe(200);
  for (const redirect_uri of ["", "/back", "javascript:alert(1)", `${BACK}&x=1`]) {
    const { status, text } = await open({ ...byLink, redirect_uri });
    expect([status, text.includes("signup-error")]).toEqual([400, true]);
  }
});

test("sends a browser that came by a link back with a code for that address, and the state", async () => {
  const { meta, wabaId, phoneNumberId, byLink, submit } = await startMeta({ appSecret: "secret" });
  const choice = { waba_id: wabaId, phone_number_id: phoneNumberId, manage: "on" };
  const { status, to } = await submit({ ...byLink, action: "finish", ...choice });
  expect(status).toBe(302);
  const { keep, code = "", state } = Object.fromEntries(to?.searchParams ?? []);
  expect([to?.origin, to?.pathname, keep, state]).toEqual([
    "https://hub.example",
    "/back",
    "1",
    "s t&te",
  ]);
  expect(to?.hash).toBe("#_=_");
  const exchange = async (redirect_uri: string) => {
    const client = { client_id: meta.app.appId, client_secret: "secret" };
    const body = new URLSearchParams({ ...client, code, redirect_uri });
    const url = `${meta.url}/v25.0/oauth/access_token`;
    return (await fetch(url, { method: "POST", body })).status;
  };
  expect(await exchange("https://hub.example/back")).toBe(400);
  expect(await exchange(BACK)).toBe(200);
});

test.each([
  [
    "cancel",
    { error: "access_denied", error_code: "200", error_reason: "user_denied" },
    ["error_description"],
  ],
  ["error", { error_code: "524126" }, ["error_message"]],
])("sends a browser back without a code on %s", async (action, expected, alsoNamed) => {
  const { byLink, submit } = await startMeta();
  const { status, to } = await submit({ ...byLink, action });
  expect(status).toBe(302);
  const answer = Object.fromEntries(to?.searchParams ?? []);
  expect(answer).toMatchObject({ ...expected, keep: "1", state: "s t&te" });
  expect(Object.keys(answer)).toEqual(expect.arrayContaining(alsoNamed));
  expect(answer).not.toHaveProperty("code");
});

test("answers a popup with what it has to tell, and with the same effects as a call of finishSignup", async () => {
  const { meta, wabaId, phoneNumberId, popup, submit } = await startMeta({ appSecret: "secret" });
  const choice = { waba_id: wabaId, phone_number_id: phoneNumberId, coexistence: "on" };
  const { status, text } = await submit({ ...popup, ...choice, business: "on" });
  expect(status).toBe(200);
  const { code, event } = JSON.parse(text);
  expect(event).toMatchObject({
    event: "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
    data: { waba_id: wabaId },
  });
  const client = { client_id: meta.app.appId, client_secret: "secret" };
  const body = new URLSearchParams({ ...client, code });
  const url = `${meta.url}/v25.0`;
  const bought = await fetch(`${url}/oauth/access_token`, { method: "POST", body });
  const { access_token } = JSON.parse(await bought.text());
  const headers = { authorization: `Bearer ${meta.app.appId}|secret` };
  const seen = await fetch(`${url}/debug_token?input_token=${access_token}`, { headers });
  // Boxes that are not ticked are not sent: of the permissions one is left, and no targets.
  expect(JSON.parse(await seen.text()).data).toMatchObject({
    scopes: ["business_management"],
    granular_scopes: [{ scope: "business_management" }],
  });
});

test("refuses choices that do not fit", async () => {
  const { meta, wabaId, phoneNumberId, popup, submit } = await startMeta();
  const other = meta.addWaba().wabaId;
  const wrong = [
    { waba_id: "1" },
    { waba_id: other, phone_number_id: phoneNumberId },
    { waba_id: wabaId, coexistence: "on" },
  ];
  for (const choice of wrong) expect((await submit({ ...popup, ...choice })).status).toBe(400);
});

test("can be made to fail like every other call, and is recorded like one", async () => {
  const { meta, popup, open } = await startMeta();
  meta.fail({ path: "/dialog/oauth", error: "html", status: 502 });
  meta.fail({ path: "/en_US/sdk.js", error: "reset" });
  expect((await open(popup)).status).toBe(502);
  await expect(fetch(`${meta.url}/en_US/sdk.js`)).rejects.toThrow();
  const sdk = await fetch(`${meta.url}/es_LA/sdk.js`);
  expect(sdk.headers.get("access-control-allow-origin")).toBe("*");
  expect(meta.requests.map(({ path }) => path)).toEqual([
    "/dialog/oauth",
    "/en_US/sdk.js",
    "/es_LA/sdk.js",
  ]);
});
