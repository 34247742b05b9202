import { expect, it } from "vitest";
import type { Login } from "../view.ts";
import { loginOptions } from "./login-options.ts";

const setup = { business: { name: "Panadería Sol" } };
const login: Login = {
  appId: "1",
  configId: "2",
  graphVersion: "v25.0",
  sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
  messageOrigins: [],
  setup,
};

it("asks for a code, with the configuration and what is filled in", () => {
  expect(loginOptions(login, false)).toEqual({
    config_id: "2",
    response_type: "code",
    override_default_response_type: true,
    extras: { setup, sessionInfoVersion: "3" },
  });
});

it("names the feature for coexistence only", () => {
  const { extras } = loginOptions(login, true);
  expect(extras).toEqual({
    setup,
    sessionInfoVersion: "3",
    featureType: "whatsapp_business_app_onboarding",
  });
});

it("names no configuration where there is none", () => {
  expect(loginOptions({ ...login, configId: null }, false)).not.toHaveProperty("config_id");
});
