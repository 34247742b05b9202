import { expect, it } from "vitest";
import { redact } from "./redact.ts";

const token = "670843887430011|0123456789abcdef0123456789abcdef";

it("takes out a secret wherever it stands, also percent-encoded", () => {
  const said = `Bad ${token}, seen as ${encodeURIComponent(token)}.`;
  expect(redact(said, [token])).toBe("Bad [redacted], seen as [redacted].");
});

it("takes out a piece of a secret, such as a token that Meta shortened", () => {
  expect(redact("Malformed token 0123456789abcdef...", [token])).toBe(
    "Malformed token [redacted]...",
  );
});

it("takes out any access token, whoever it belongs to", () => {
  expect(redact("Malformed access token EAAGm0PX4ZCpsBAKZC", [])).toBe(
    "Malformed access token [redacted]",
  );
});

it("leaves the app's id in place, which is what such a message is about", () => {
  const said = "The user has not authorized application 670843887430011.";
  expect(redact(said, [token])).toBe(said);
});

it("leaves the words alone when a secret is too short to be one, or broken", () => {
  expect(redact("a message", ["", "a", "\ud800abc"])).toBe("a message");
});
