import { describe, expect, test } from "vitest";
import { type Receiver, receiver, servedBy } from "./receiver.ts";
import { withTwoApps } from "./two-apps.ts";

function ask({ meta, callbackUrl }: Receiver, changes: Record<string, string | undefined> = {}) {
  const query = {
    "hub.mode": "subscribe",
    "hub.challenge": "1158201444",
    "hub.verify_token": meta.app.verifyToken,
    ...changes,
  };
  const url = new URL(callbackUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return fetch(url);
}

describe.each(["express", "koa"] as const)("on %s, Meta's check of the callback URL", (host) => {
  const start = () => receiver({ listener: servedBy(host) });

  test("is passed, also by a URL with a query of its own", async () => {
    const { meta, callbackUrl } = await start();
    const { verifyToken } = meta.app;
    await meta.handshake({ url: callbackUrl, verifyToken });
    await meta.handshake({ url: `${callbackUrl}?tenant=7`, verifyToken });
  });

  test("is not passed by another token", async () => {
    const { meta, callbackUrl: url } = await start();
    const checked = meta.handshake({ url, verifyToken: "another" });
    await expect(checked).rejects.toMatchObject({ fields: { code: 2200 } });
  });

  test.each(["1158201444", "<script>alert(1)</script>", "a+b&c=d%41 ~", '"quoted"'])(
    "is answered with the challenge byte for byte, as text that is no page: %s",
    async (challenge) => {
      const answer = await ask(await start(), { "hub.challenge": challenge });
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(challenge));
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    },
  );
});

describe("Meta's check of the callback URL", () => {
  test.each([
    [403, "with another token", { "hub.verify_token": "another" }],
    [403, "without a token", { "hub.verify_token": undefined }],
    [400, "without a mode", { "hub.mode": undefined }],
    [400, "in another mode", { "hub.mode": "unsubscribe" }],
    [400, "without a challenge", { "hub.challenge": undefined }],
    [400, "with a challenge that is no plain text", { "hub.challenge": "echo-me\n" }],
  ])("is refused with %i %s, and nothing is echoed", async (status, _how, changes) => {
    const answer = await ask(await receiver(), { "hub.challenge": "echo-me", ...changes });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain("echo-me");
  });
});

test("every Meta app has a path and a token of its own", async () => {
  const { meta, callbackUrl, second } = await withTwoApps();
  const first = meta.app;
  await meta.handshake({ url: callbackUrl, verifyToken: first.verifyToken });
  await meta.handshake({ url: `${callbackUrl}/${first.appId}`, verifyToken: first.verifyToken });
  await meta.handshake({ url: `${callbackUrl}/${second.appId}`, verifyToken: second.verifyToken });

  const crossed = [
    { url: callbackUrl, verifyToken: second.verifyToken },
    { url: `${callbackUrl}/${first.appId}`, verifyToken: second.verifyToken },
    { url: `${callbackUrl}/${second.appId}`, verifyToken: first.verifyToken },
  ].map((callback) => meta.handshake(callback));
  const outcomes = await Promise.allSettled(crossed);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});
