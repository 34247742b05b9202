import { expect, it } from "vitest";
import { metaLogin } from "./login.ts";

it("is Meta's own where the Graph API is", () => {
  expect(metaLogin({ graphUrl: "https://graph.facebook.com", graphVersion: "v25.0" })).toEqual({
    graphVersion: "v25.0",
    sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
    dialogUrl: "https://www.facebook.com/v25.0/dialog/oauth",
    messageOrigins: ["https://*.facebook.com"],
    sources: ["https://*.facebook.com", "https://*.facebook.net"],
  });
});

it("is the fake's where it plays the Graph API, and nobody else's", () => {
  expect(metaLogin({ graphUrl: "http://127.0.0.1:4000/x", graphVersion: "v26.0" })).toEqual({
    graphVersion: "v26.0",
    sdkUrl: "http://127.0.0.1:4000/en_US/sdk.js",
    dialogUrl: "http://127.0.0.1:4000/v26.0/dialog/oauth",
    messageOrigins: ["http://127.0.0.1:4000"],
    sources: ["http://127.0.0.1:4000"],
  });
});
