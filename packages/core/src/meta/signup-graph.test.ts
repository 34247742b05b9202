import { expect, it } from "vitest";
import type { GraphCall } from "./graph-call.ts";
import { signupGraph } from "./signup-graph.ts";

const app = { appId: "1", appSecret: "secret", appToken: "1|secret" };

/** Answers calls by their paths, as Meta words them. */
function graphOf(answers: Readonly<Record<string, unknown>>) {
  const calls: GraphCall<unknown>[] = [];
  const graph = signupGraph(
    {
      call: async (call) => {
        calls.push(call);
        return call.schema.parse(answers[call.path]);
      },
    },
    app,
  );
  return { graph, calls };
}

it("exchanges a code by a write, with no secret in the address", async () => {
  const { graph, calls } = graphOf({ "/oauth/access_token": { access_token: "EAA" } });
  expect(await graph.exchangeCode({ code: "AQ" })).toBe("EAA");
  expect(calls).toMatchObject([
    {
      method: "POST",
      body: { client_id: "1", client_secret: "secret", code: "AQ" },
      token: "1|secret",
    },
  ]);
  expect(calls[0]).not.toHaveProperty("query");
  expect(calls[0]?.body).not.toHaveProperty("redirect_uri");
  await graph.exchangeCode({ code: "AQ", redirectUri: "https://a.example/back" });
  expect(calls[1]?.body).toMatchObject({ redirect_uri: "https://a.example/back" });
});

it("finds the accounts of a token through its businesses, each once", async () => {
  const { graph, calls } = graphOf({
    "/me/businesses": { data: [{ id: "7" }, { id: "8" }] },
    "/7/owned_whatsapp_business_accounts": { data: [{ id: "100" }] },
    "/7/client_whatsapp_business_accounts": { data: [] },
    "/8/owned_whatsapp_business_accounts": { data: [{ id: 101 }] },
    "/8/client_whatsapp_business_accounts": { data: [{ id: "100" }] },
  });
  expect(await graph.findWabaIds({ token: "EAA" })).toEqual(["100", "101"]);
  for (const call of calls) expect(call).toMatchObject({ token: "EAA", appSecret: "secret" });
});

it("fetches a customer's token with the partner's own, and its proof", async () => {
  const { graph, calls } = graphOf({ "/7/system_user_access_tokens": { access_token: "EAA" } });
  expect(await graph.fetchBusinessToken({ businessId: "7", systemToken: "EAS" })).toBe("EAA");
  expect(calls).toMatchObject([
    {
      method: "POST",
      token: "EAS",
      body: { fetch_only: true, appsecret_proof: expect.any(String) },
    },
  ]);
  const odd = graph.fetchBusinessToken({ businessId: "7/x", systemToken: "EAS" });
  await expect(odd).rejects.toBeInstanceOf(TypeError);
});
