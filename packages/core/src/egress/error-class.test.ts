import { expect, it } from "vitest";
import { classify } from "./error-class.ts";

const withCode = (code: string, cause?: Error) =>
  Object.assign(new Error("secret 10.0.0.1", { cause }), { code });

it.each([
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["ETIMEDOUT", "timeout"],
  ["EGRESS_DNS", "dns"],
  ["EGRESS_ADDRESS_BLOCKED", "address_blocked"],
  ["ECONNREFUSED", "connect"],
  ["EHOSTUNREACH", "connect"],
  ["ENETUNREACH", "connect"],
  ["EMFILE", "connect"],
  ["EPROTO", "tls"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tls"],
  ["ERR_TLS_HANDSHAKE_TIMEOUT", "tls"],
  ["CRL_HAS_EXPIRED", "tls"],
  ["ECONNRESET", "reset"],
  ["EPIPE", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["HPE_INVALID_CONSTANT", "protocol"],
  ["UND_ERR_HEADERS_OVERFLOW", "protocol"],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "protocol"],
  ["UND_ERR_INVALID_ARG", "protocol"],
  ["UND_ERR_DESTROYED", "aborted"],
  ["ABORT_ERR", "aborted"],
])("%s is %s", (code, errorClass) => {
  expect(classify(withCode(code))).toMatchObject({ outcome: "failed", errorClass });
});

it("shows the code, and nothing else of the error", () => {
  const { message } = classify(withCode("ECONNREFUSED"));
  expect(message).toBe("The host could not be reached (ECONNREFUSED).");
});

it("shows the code of the cause where there is one", () => {
  const { message } = classify(withCode("EGRESS_DNS", withCode("ENOTFOUND")));
  expect(message).toBe("The host name could not be resolved (ENOTFOUND).");
});

it("takes an error without a code for a failed connection", () => {
  expect(classify(new TypeError("boom"))).toMatchObject({
    errorClass: "connect",
    message: "The host could not be reached (TypeError).",
  });
});
