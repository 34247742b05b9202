import { describe, expect, test } from "vitest";
import { answerHandshake } from "./handshake.ts";

const TOKEN = "a-verify-token";

function query(changes: Record<string, string | undefined> = {}): URLSearchParams {
  const all = {
    "hub.mode": "subscribe",
    "hub.challenge": "1158201444",
    "hub.verify_token": TOKEN,
    ...changes,
  };
  const given = Object.entries(all).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return new URLSearchParams(given);
}

const answer = (changes: Record<string, string | undefined>) => () =>
  answerHandshake(query(changes), TOKEN);

describe("the handshake", () => {
  test.each(["1158201444", "0", "a <b> & c", "~".repeat(1024)])(
    "echoes the challenge byte for byte: %s",
    (challenge) => {
      expect(answer({ "hub.challenge": challenge })()).toBe(challenge);
    },
  );

  test("leaves the callback's own query alone", () => {
    expect(answer({ tenant: "7" })()).toBe("1158201444");
  });

  test.each([undefined, "", "another", `${TOKEN} `, TOKEN.toUpperCase(), TOKEN.slice(1)])(
    "refuses another token: %s",
    (token) => {
      expect(answer({ "hub.verify_token": token })).toThrow(
        expect.objectContaining({ code: "verify_token_mismatch", status: 403 }),
      );
    },
  );

  test.each([undefined, "", "unsubscribe", "Subscribe"])("refuses another mode: %s", (mode) => {
    expect(answer({ "hub.mode": mode })).toThrow(
      expect.objectContaining({ code: "invalid_request", status: 400 }),
    );
  });

  test.each([undefined, "", "a\nb", "é", "\u0000", "1".repeat(1025)])(
    "refuses a challenge it would not want to echo: %j",
    (challenge) => {
      expect(answer({ "hub.challenge": challenge })).toThrow(
        expect.objectContaining({ code: "invalid_request" }),
      );
    },
  );

  test("says nothing about the rest to who does not know the token", () => {
    const wrong = { "hub.verify_token": "x", "hub.mode": "x", "hub.challenge": "é" };
    expect(answer(wrong)).toThrow(expect.objectContaining({ code: "verify_token_mismatch" }));
  });
});
