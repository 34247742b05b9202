import { randomBytes } from "node:crypto";
import { fakeClock, type SinkAnswer, sink } from "@wabakit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../clock.ts";
import type { EgressAnswer, ErrorClass } from "../../egress/answer.ts";
import { createEgress } from "../../egress/send.ts";
import {
  judgePreflight,
  newChallenge,
  PREFLIGHT_ADVICE,
  preflightWebhook,
  requirePreflight,
} from "./preflight.ts";

const verifyToken = "s3cret token/ü+=";
const challenge = "1158201444";
const asked = { url: "https://tenant.example.com/hook", verifyToken, challenge };

function answered(status: number, excerpt = ""): EgressAnswer {
  return { outcome: "answered", status, headers: {}, excerpt, durationMs: 1 };
}

function failedWith(errorClass: ErrorClass): EgressAnswer {
  return { outcome: "failed", errorClass, message: "No.", durationMs: 1 };
}

async function start(clock = systemClock) {
  const egress = createEgress({ policy: { allowPrivateNetwork: true }, clock });
  const endpoint = await sink({ verifyToken });
  onTestFinished(egress.close);
  onTestFinished(endpoint.close);
  return { egress, endpoint, preflight: { ...asked, url: `${endpoint.url}/hook?tenant=a%20b` } };
}

describe("an answer", () => {
  it("of status 200 that is the challenge is what Meta wants", () => {
    expect(judgePreflight(asked, answered(200, challenge))).toBe("ok");
  });

  it.each([
    [200, `"${challenge}"`, "challenge_mismatch"],
    [200, `${challenge} `, "challenge_mismatch"],
    [200, "", "challenge_mismatch"],
    [201, challenge, "endpoint_http_error"],
    [204, "", "endpoint_http_error"],
    [301, challenge, "redirect"],
    [308, "", "redirect"],
    [400, "bad", "endpoint_http_error"],
    [401, "who?", "verify_token_rejected"],
    [403, "Forbidden", "verify_token_rejected"],
    [404, "nothing", "endpoint_http_error"],
    [500, challenge, "endpoint_http_error"],
  ] as const)("%i %o means %s", (httpStatus, text, category) => {
    const judged = judgePreflight(asked, answered(httpStatus, text));
    expect(judged).toEqual({ category, httpStatus, receivedPreview: text });
  });

  it.each([
    ["timeout", "timeout"],
    ["dns", "endpoint_unreachable"],
    ["address_blocked", "endpoint_unreachable"],
    ["connect", "endpoint_unreachable"],
    ["tls", "endpoint_unreachable"],
    ["reset", "endpoint_unreachable"],
    ["protocol", "endpoint_unreachable"],
    ["invalid_url", "endpoint_unreachable"],
  ] as const)("that did not come (%s) means %s", (errorClass, category) => {
    const judged = judgePreflight(asked, failedWith(errorClass));
    expect(judged).toEqual({ category, httpStatus: null, receivedPreview: null });
  });

  it("is shown in part, and never with the verify token in it", () => {
    const query = String(new URLSearchParams({ "hub.verify_token": verifyToken }));
    const echo = `Not found: /hook?${query} ${encodeURIComponent(verifyToken)} ${verifyToken} `;
    const judged = judgePreflight(asked, answered(404, echo + "x".repeat(500)));
    if (judged === "ok") return expect.unreachable();
    expect(judged.receivedPreview).toHaveLength(200);
    expect(judged.receivedPreview).toContain("Not found: /hook?hub.verify_token=[redacted]");
    for (const form of [verifyToken, encodeURIComponent(verifyToken), query]) {
      expect(judged.receivedPreview).not.toContain(form);
    }
  });
});

describe("the verification request", () => {
  it("is the one that Meta sends, beside the endpoint's own query", async () => {
    const { egress, endpoint, preflight } = await start();
    expect(await preflightWebhook(egress, preflight)).toBe("ok");
    const [request] = endpoint.handshakes;
    expect(request?.method).toBe("GET");
    expect(request?.path.startsWith("/hook?tenant=a%20b&hub.mode=subscribe&")).toBe(true);
    const { searchParams } = new URL(request?.path ?? "", "http://sink");
    expect(Object.fromEntries(searchParams)).toEqual({
      tenant: "a b",
      "hub.mode": "subscribe",
      "hub.challenge": challenge,
      "hub.verify_token": verifyToken,
    });
  });

  it.each<readonly [SinkAnswer, string]>([
    [{ status: 403 }, "verify_token_rejected"],
    [{ status: 302, headers: { location: "/elsewhere" } }, "redirect"],
    [{ status: 503 }, "endpoint_http_error"],
    [{ body: "hello" }, "challenge_mismatch"],
    [{ body: `${challenge}\n` }, "challenge_mismatch"],
    [{ delayMs: "reset" }, "endpoint_unreachable"],
  ])("that is answered %o fails: %s", async (answer, category) => {
    const { egress, endpoint, preflight } = await start();
    endpoint.respondToHandshake(answer);
    expect(await preflightWebhook(egress, preflight)).toMatchObject({ category });
    const attempt = requirePreflight(egress, preflight);
    await expect(attempt).rejects.toMatchObject({
      code: "webhook_preflight_failed",
      context: { preflight: { category } },
    });
  });

  it("is given up after 6 seconds", async () => {
    const clock = fakeClock();
    const { egress, endpoint, preflight } = await start(clock);
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    endpoint.respondToHandshake(() => {
      reach();
      return { delayMs: "hang" };
    });
    const result = preflightWebhook(egress, preflight);
    await reached;
    await clock.advance(6_000);
    expect(await result).toEqual({ category: "timeout", httpStatus: null, receivedPreview: null });
  });

  it("to what is no URL, or nobody's, reaches nobody", async () => {
    const { egress, preflight } = await start();
    for (const url of ["", "not a url", "ftp://a.example.com", "http://127.0.0.1:1/hook"]) {
      const result = await preflightWebhook(egress, { ...preflight, url });
      expect(result).toMatchObject({ category: "endpoint_unreachable" });
    }
  });

  it("that a stopping hub gives up is not held against the endpoint", async () => {
    const { egress, preflight } = await start();
    await egress.close();
    const attempt = preflightWebhook(egress, preflight);
    await expect(attempt).rejects.toMatchObject({ code: "store_unavailable" });
  });

  it("passes without a failure where all is well", async () => {
    const { egress, preflight } = await start();
    await expect(requirePreflight(egress, preflight)).resolves.toBeUndefined();
  });
});

describe("a challenge", () => {
  it("is a number like Meta's, another one each time", () => {
    const drawn = Array.from({ length: 100 }, () => newChallenge(randomBytes));
    expect(drawn.filter((text) => !/^\d{10}$/.test(text))).toEqual([]);
    expect(new Set(drawn).size).toBeGreaterThan(95);
    expect(newChallenge(() => new Uint8Array(4).fill(255))).toBe("5294967295");
  });
});

it("every category has a sentence and a next step", () => {
  for (const { message, nextStep } of Object.values(PREFLIGHT_ADVICE)) {
    expect([message, nextStep]).toEqual([
      expect.stringMatching(/\.$/),
      expect.stringMatching(/\.$/),
    ]);
  }
});
