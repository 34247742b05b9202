import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import type { HttpResponse } from "./message.ts";
import { failureResponse, json, text, withHeaders } from "./respond.ts";

const contentOf = ({ body }: HttpResponse) => body instanceof Uint8Array && body.toString();

test("JSON is encoded in UTF-8", () => {
  const response = json(201, { text: "grüße" }, { etag: "1" });
  expect(response.status).toBe(201);
  expect(response.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    etag: "1",
  });
  expect(contentOf(response)).toBe('{"text":"grüße"}');
});

test("text is plain, so that an echoed challenge never becomes a page", () => {
  const response = text(200, "<script>");
  expect(response.headers).toEqual({
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  expect(contentOf(response)).toBe("<script>");
});

test("a failure is presented with its type, code, message, context and request id", () => {
  const fields = [{ path: "name", message: "is too long" }];
  const cause = new Error("secret");
  const failure = new Failure("invalid_request", "Two fields.", { cause, context: { fields } });
  const response = failureResponse(failure, "req_1");
  expect(response.status).toBe(400);
  expect(response.headers["x-request-id"]).toBe("req_1");
  expect(response.headers).not.toHaveProperty("retry-after");
  expect(JSON.parse(String(contentOf(response)))).toEqual({
    error: { type: "invalid_request", code: "invalid_request", message: "Two fields.", fields },
    requestId: "req_1",
  });
});

test("the time to wait is rounded up to whole seconds", () => {
  const failure = new Failure("meta_throttled", "Slow down.", { retryAfterMs: 1_001 });
  expect(failureResponse(failure, "req_1").headers["retry-after"]).toBe("2");
});

test("every 503 says when to come back", () => {
  const failure = new Failure("store_unavailable");
  expect(failureResponse(failure, "req_1").headers["retry-after"]).toBe("5");
});

test("headers can be added to an answer, which stays as it was otherwise", () => {
  const response = json(201, {}, { etag: "1" });
  const more = withHeaders(response, { "x-a": "2" });
  expect(more).toEqual({ ...response, headers: { ...response.headers, "x-a": "2" } });
  expect(response.headers).not.toHaveProperty("x-a");
});
