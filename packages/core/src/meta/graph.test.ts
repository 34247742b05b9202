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
