import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { Failure } from "../failure.ts";
import type { Body, HttpRequest } from "../http/message.ts";
import { createIntake, type Intake } from "./intake.ts";
import { handshake, receive } from "./receive.ts";

const app = { appId: "1", secrets: ["new", "old"], verifyToken: "a-verify-token" };
const bytes = Buffer.from('{"entry":[]}');
const MAX_BYTES = 4 * 1024 * 1024;

function signed(secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
}

function request(changes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "POST",
    path: "/webhooks/meta",
    query: new URLSearchParams(),
    headers: { "x-hub-signature-256": signed("new") },
    readBody: async () => ({ bytes, exact: true }),
    signal: new AbortController().signal,
    remoteAddress: undefined,
    ...changes,
  };
}

/** Notifications that are kept in a list. */
function arrange(intake: Intake = createIntake()) {
  const stored: (readonly [string, string])[] = [];
  const append = vi.fn(async (appId: string, body: Uint8Array) => {
    stored.push([appId, Buffer.from(body).toString()]);
  });
  return { stored, append, parts: { notifications: { append }, intake } };
}

describe("a notification", () => {
  test.each(["new", "old"])(
    "signed with the %s secret is stored and acknowledged",
    async (secret) => {
      const { parts, stored } = arrange();
      const headers = { "x-hub-signature-256": signed(secret) };
      const response = await receive(parts, app, request({ headers }));
      expect(response).toMatchObject({ status: 200, body: Buffer.from("ok") });
      expect(stored).toEqual([["1", '{"entry":[]}']]);
    },
  );

  test("is acknowledged after it is stored, not before", async () => {
    const { parts, append } = arrange();
    const durable = Promise.withResolvers<void>();
    append.mockReturnValueOnce(durable.promise);
    const acknowledged = vi.fn();
    const receiving = receive(parts, app, request()).then(acknowledged);
    await vi.waitFor(() => expect(append).toHaveBeenCalled());
    await new Promise(setImmediate);
    expect(acknowledged).not.toHaveBeenCalled();
    durable.resolve();
    await receiving;
    expect(acknowledged).toHaveBeenCalledOnce();
  });

  test.each([
    ["a wrong signature", { "x-hub-signature-256": signed("another") }],
    ["no signature", {}],
    ["two signatures", { "x-hub-signature-256": [signed("new"), signed("new")] }],
  ])("with %s is neither stored nor acknowledged", async (_what, headers) => {
    const { parts, append } = arrange();
    const receiving = receive(parts, app, request({ headers }));
    await expect(receiving).rejects.toMatchObject({ code: "signature_mismatch" });
    expect(append).not.toHaveBeenCalled();
  });

  test("whose exact bytes are gone is not judged by others", async () => {
    const { parts, append } = arrange();
    const readBody = async (): Promise<Body> => ({ bytes, exact: false });
    const receiving = receive(parts, app, request({ readBody }));
    await expect(receiving).rejects.toMatchObject({ code: "raw_body_unavailable" });
    expect(append).not.toHaveBeenCalled();
  });

  test("that cannot be stored is not acknowledged", async () => {
    const { parts, append } = arrange();
    append.mockRejectedValueOnce(new Failure("store_unavailable"));
    const receiving = receive(parts, app, request());
    await expect(receiving).rejects.toMatchObject({ code: "store_unavailable" });
  });
});

describe("the room for a body", () => {
  /** Room for one body whose length nobody knows. */
  const forOne = () => createIntake(1.5 * MAX_BYTES);

  test("is asked for before a byte is read", async () => {
    const intake = forOne();
    intake.admit({ headers: {} }, MAX_BYTES);
    const readBody = vi.fn();
    const receiving = receive(arrange(intake).parts, app, request({ readBody }));
    await expect(receiving).rejects.toMatchObject({ code: "store_unavailable" });
    expect(readBody).not.toHaveBeenCalled();
  });

  test("is given back however it ends", async () => {
    const { parts, append } = arrange(forOne());
    const failing: Partial<HttpRequest>[] = [
      { headers: {} },
      { readBody: async () => ({ bytes, exact: false }) },
      { readBody: () => Promise.reject(new Failure("request_timeout")) },
    ];
    for (const changes of failing) {
      await expect(receive(parts, app, request(changes))).rejects.toThrow(Failure);
    }
    append.mockRejectedValueOnce(new Failure("store_unavailable"));
    await expect(receive(parts, app, request())).rejects.toThrow(Failure);
    expect(await receive(parts, app, request())).toMatchObject({ status: 200 });
  });

  test("is down to what arrived while the store takes its time", async () => {
    const { parts, append } = arrange(forOne());
    const durable = Promise.withResolvers<void>();
    append.mockReturnValue(durable.promise);
    const receiving: Promise<unknown>[] = [];
    for (let count = 0; count < 20; count += 1) {
      receiving.push(receive(parts, app, request()));
      await new Promise(setImmediate); // until its body has arrived
    }
    durable.resolve();
    await Promise.all(receiving);
  });
});

describe("Meta's check of the callback URL", () => {
  const query = (token: string) =>
    new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.challenge": "<b>1158201444</b>",
      "hub.verify_token": token,
    });

  test("is answered with the challenge, as text that is no page", () => {
    const response = handshake(app, request({ method: "GET", query: query("a-verify-token") }));
    expect(response).toEqual({
      status: 200,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
      },
      body: Buffer.from("<b>1158201444</b>"),
    });
  });

  test("fails with another token", () => {
    const check = () => handshake(app, request({ query: query("another") }));
    expect(check).toThrow(expect.objectContaining({ code: "verify_token_mismatch" }));
  });
});
