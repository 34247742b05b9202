import { describe, expect, it } from "vitest";
import type { GraphClient } from "./client.ts";
import { createGraph } from "./graph.ts";
import type { GraphCall } from "./graph-call.ts";
import { interpret } from "./interpret.ts";

const appId = "670843887430011";
const wabaId = "104996122399160";
const phoneNumberId = "110200345501442";
const token = "EAAtoken";
const waba = { wabaId, token };
const number = { phoneNumberId, token };

/** A graph over a client that understands the given answers, one per call, and keeps the calls. */
function graphThat(...answers: readonly unknown[]) {
  const calls: Omit<GraphCall<unknown>, "schema">[] = [];
  const client: Pick<GraphClient, "call"> = {
    async call({ schema, ...call }) {
      const text = JSON.stringify(answers[Math.min(calls.push(call), answers.length) - 1]);
      const asked = { isWrite: call.method !== "GET", secrets: [] };
      const understood = interpret({ status: 200, text }, schema, asked);
      if ("value" in understood) return understood.value;
      throw understood.failure;
    },
  };
  return { graph: createGraph(client, { appId, appSecret: "hush" }), calls };
}

describe("a token", () => {
  it("is inspected in the name of the app, for it may be dead", async () => {
    const { graph, calls } = graphThat({ data: { is_valid: false } });
    expect(await graph.debugToken({ token })).toMatchObject({ isValid: false });
    const query = { input_token: token };
    const appToken = "670843887430011|hush";
    expect(calls).toEqual([{ method: "GET", path: "/debug_token", query, token: appToken }]);
  });
});

describe("a WABA", () => {
  it("is read with the customer's token and the app's proof", async () => {
    const { graph, calls } = graphThat({ id: wabaId });
    expect(await graph.getWaba(waba)).toMatchObject({ id: wabaId });
    expect(calls).toMatchObject([{ path: `/${wabaId}`, token, appSecret: "hush" }]);
  });
});

describe("a phone number", () => {
  it("is read with the fields that no default answer has", async () => {
    const { graph, calls } = graphThat({ id: phoneNumberId });
    expect(await graph.getPhoneNumber({ phoneNumberId, token })).toMatchObject({
      id: phoneNumberId,
    });
    expect(calls).toMatchObject([{ path: `/${phoneNumberId}`, token, appSecret: "hush" }]);
    const fields = calls[0]?.query?.fields?.split(",");
    expect(fields).toEqual(expect.arrayContaining(["is_on_biz_app", "platform_type", "status"]));
  });

  it.each([`../${wabaId}`, "", "me"])("is not read by %o, which is no id", async (id) => {
    const { graph, calls } = graphThat({ id: wabaId });
    const attempt = graph.getPhoneNumber({ phoneNumberId: id, token });
    await expect(attempt).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });
});

describe("the phone numbers of a WABA", () => {
  const page = (id: string, paging: object) => ({ data: [{ id }], paging });
  const next = `https://graph.facebook.com/?access_token=${token}&after=elsewhere`;

  it("end with a page without a next one, though it has a cursor", async () => {
    const { graph, calls } = graphThat(page("1", { cursors: { after: "one" } }));
    expect(await graph.listPhoneNumbers(waba)).toMatchObject([{ id: "1" }]);
    expect(calls).toHaveLength(1);
  });

  it("go on with the cursor, never with the URL that holds the token", async () => {
    const { graph, calls } = graphThat(
      page("1", { cursors: { after: "one" }, next }),
      page("2", { cursors: { after: "two" }, next }),
      page("3", {}),
    );
    const numbers = await graph.listPhoneNumbers(waba);
    expect(numbers.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(calls.map(({ path }) => path)).toEqual(Array(3).fill(`/${wabaId}/phone_numbers`));
    expect(calls.map(({ query }) => query?.after)).toEqual([undefined, "one", "two"]);
  });

  it("are given up when they do not end", async () => {
    const { graph, calls } = graphThat(page("1", { cursors: { after: "same" }, next }));
    await expect(graph.listPhoneNumbers(waba)).rejects.toMatchObject({ code: "meta_unavailable" });
    expect(calls).toHaveLength(20);
  });
});

describe("the apps of a WABA", () => {
  const path = `/${wabaId}/subscribed_apps`;
  const common = { path, token, appSecret: "hush" };

  it("are listed, ours or not", async () => {
    const apps = ["1", appId].map((id) => ({ whatsapp_business_api_data: { id } }));
    const { graph, calls } = graphThat({ data: apps });
    expect(await graph.getSubscribedApps(waba)).toMatchObject([{ appId: "1" }, { appId }]);
    expect(calls).toMatchObject([{ method: "GET", ...common }]);
  });

  it("become one more by a call without a body, or with both fields of an override", async () => {
    const { graph, calls } = graphThat({ success: true });
    await graph.subscribeApp(waba);
    await graph.subscribeApp(waba, { url: "https://tenant-a.example.com", verifyToken: "shh" });
    const body = { override_callback_uri: "https://tenant-a.example.com", verify_token: "shh" };
    expect(calls).toEqual([
      { method: "POST", ...common },
      { method: "POST", ...common, body },
    ]);
  });

  it("become one fewer", async () => {
    const { graph, calls } = graphThat({ success: true });
    await graph.unsubscribeApp(waba);
    expect(calls).toEqual([{ method: "DELETE", ...common }]);
  });

  it("are in doubt when Meta does not confirm", async () => {
    const { graph } = graphThat({ success: false });
    const attempt = graph.unsubscribeApp(waba);
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
  });
});

describe("the callback of a number", () => {
  const call = { method: "POST", path: `/${phoneNumberId}`, token, appSecret: "hush" };

  it("is set with both fields, and removed by an empty URI alone", async () => {
    const { graph, calls } = graphThat({ success: true });
    const url = "https://tenant-a.example.com";
    await graph.setNumberOverride(number, { url, verifyToken: "shh" });
    await graph.setNumberOverride(number, null);
    const set = { override_callback_uri: url, verify_token: "shh" };
    expect(calls).toEqual([
      { ...call, body: { webhook_configuration: set } },
      { ...call, body: { webhook_configuration: { override_callback_uri: "" } } },
    ]);
  });

  it("is in doubt when Meta does not confirm", async () => {
    const { graph } = graphThat({ success: false });
    const attempt = graph.setNumberOverride(number, null);
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
  });

  it.each([
    [{ webhook_configuration: {} }, { phoneNumber: null, waba: null, application: null }],
    [{}, { phoneNumber: null, waba: null, application: null }],
    [
      { webhook_configuration: { phone_number: "https://a", application: "" } },
      { phoneNumber: "https://a", waba: null, application: null },
    ],
    [
      { webhook_configuration: { whatsapp_business_account: "https://b" } },
      { phoneNumber: null, waba: "https://b", application: null },
    ],
  ])("is read back by level: %o", async (answer, expected) => {
    const { graph, calls } = graphThat({ id: phoneNumberId, ...answer });
    expect(await graph.getWebhookConfiguration(number)).toEqual(expected);
    expect(calls).toMatchObject([{ method: "GET", query: { fields: "webhook_configuration" } }]);
  });

  it("is never taken for absent in a new shape", async () => {
    const { graph } = graphThat({ webhook_configuration: { phone_number: { url: "https://a" } } });
    const attempt = graph.getWebhookConfiguration(number);
    await expect(attempt).rejects.toMatchObject({ code: "meta_unavailable" });
  });
});

describe("a registration", () => {
  it("carries the PIN in its body, and is sent once", async () => {
    const { graph, calls } = graphThat({ success: true });
    await graph.registerNumber({ ...number, pin: "123456" });
    const body = { messaging_product: "whatsapp", pin: "123456" };
    const path = `/${phoneNumberId}/register`;
    expect(calls).toEqual([{ method: "POST", path, body, token, appSecret: "hush" }]);
  });
});

describe("a synchronization", () => {
  const refusal = (code: number) => ({ error: { code, message: `(#${code})` } });

  it.each(["history", "smb_app_state_sync"] as const)("of %s is requested", async (type) => {
    const { graph, calls } = graphThat({ messaging_product: "whatsapp", request_id: "smbreq_1" });
    await graph.requestSync({ ...number, type });
    const body = { messaging_product: "whatsapp", sync_type: type };
    expect(calls).toMatchObject([{ method: "POST", path: `/${phoneNumberId}/smb_app_data`, body }]);
  });

  it("that was requested before is done; one that comes too late is not", async () => {
    const { graph } = graphThat(refusal(2_593_107), refusal(2_593_108));
    await graph.requestSync({ ...number, type: "history" });
    const late = graph.requestSync({ ...number, type: "history" });
    const context = { meta: { code: 2_593_108 } };
    await expect(late).rejects.toMatchObject({ code: "meta_rejected", context });
  });
});

describe("the app's own webhooks", () => {
  const path = `/${appId}/subscriptions`;
  const appToken = `${appId}|hush`;

  it("are read in the name of the app", async () => {
    const { graph, calls } = graphThat({
      data: [
        { object: "page", callback_url: "https://page.example.com", active: true, fields: [] },
        {
          object: "whatsapp_business_account",
          callback_url: "https://app.example.com/webhooks/meta",
          active: true,
          fields: [{ name: "messages", version: "v25.0" }, "account_update"],
        },
      ],
    });
    expect(await graph.getAppSubscription()).toEqual({
      callbackUrl: "https://app.example.com/webhooks/meta",
      active: true,
      fields: [
        { name: "messages", version: "v25.0" },
        { name: "account_update", version: null },
      ],
    });
    expect(calls).toEqual([{ method: "GET", path, query: {}, token: appToken }]);
  });

  it("may not be there at all", async () => {
    const { graph } = graphThat({ data: [] });
    expect(await graph.getAppSubscription()).toBeNull();
  });

  it("are set with callback, verify token and fields", async () => {
    const { graph, calls } = graphThat({ success: true });
    const callbackUrl = "https://app.example.com/webhooks/meta";
    const fields = ["messages", "account_update"];
    await graph.setAppSubscription({ callbackUrl, verifyToken: "shh", fields });
    const body = {
      object: "whatsapp_business_account",
      callback_url: callbackUrl,
      verify_token: "shh",
      fields: "messages,account_update",
      include_values: true,
    };
    expect(calls).toEqual([{ method: "POST", path, body, token: appToken }]);
  });
});
