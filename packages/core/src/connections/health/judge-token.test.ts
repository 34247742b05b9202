import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../failure.ts";
import type { TokenInfo } from "../../meta/nodes.ts";
import { inspectToken, judgeToken } from "./judge-token.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const use = { appId: "1", wabaId: "10", now: 1_795_219_200_000 };
const GOOD: TokenInfo = {
  appId: "1",
  type: "SYSTEM_USER",
  isValid: true,
  issuedAt: null,
  expiresAt: null,
  dataAccessExpiresAt: null,
  scopes: ["whatsapp_business_management", "whatsapp_business_messaging"],
  granularScopes: [{ scope: "whatsapp_business_management", targetIds: ["10"] }],
  userId: null,
  error: null,
};

describe("a token", () => {
  it.each<readonly [Partial<TokenInfo>, string, RegExp]>([
    [{}, "ok", /valid/],
    [{ granularScopes: [] }, "ok", /valid/],
    [
      { granularScopes: [{ scope: "whatsapp_business_management", targetIds: null }] },
      "ok",
      /valid/,
    ],
    [{ expiresAt: use.now + 8 * DAY_MS }, "ok", /valid/],
    [{ expiresAt: use.now + 6 * DAY_MS }, "warning", /ends at 2026-11-2\dT\d\d:\d\d:\d\dZ\.$/],
    [{ isValid: false, appId: null, scopes: [] }, "failed", /no longer valid/],
    [{ appId: "2" }, "failed", /another Meta app/],
    [{ appId: null }, "failed", /another Meta app/],
    [{ scopes: ["whatsapp_business_management"] }, "failed", /whatsapp_business_messaging/],
    [{ scopes: [] }, "failed", /management and whatsapp_business_messaging/],
    [
      { granularScopes: [{ scope: "whatsapp_business_management", targetIds: ["11"] }] },
      "failed",
      /not granted/,
    ],
  ])("of which Meta says %o is %s", (info, verdict, says) => {
    const judged = judgeToken({ ...GOOD, ...info }, use);
    expect(judged).toMatchObject({ verdict, message: expect.stringMatching(says) });
    expect(judged.nextStep === null).toBe(verdict === "ok");
  });

  it.each<readonly [FailureCode, RegExp]>([
    ["meta_token_expired", /own app/],
    ["meta_rejected", /another Meta app/],
  ])("that Meta will not inspect (%s) is failed", async (code, says) => {
    const graph = { debugToken: () => Promise.reject(new Failure(code)) };
    const judged = await inspectToken(graph, "EAAtoken", use);
    expect(judged).toMatchObject({ verdict: "failed", message: expect.stringMatching(says) });
  });

  it("is not judged while Meta is away", async () => {
    const away = new Failure("meta_unavailable");
    const graph = { debugToken: () => Promise.reject(away) };
    await expect(inspectToken(graph, "EAAtoken", use)).rejects.toBe(away);
  });
});
