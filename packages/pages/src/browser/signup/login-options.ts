import type { Login } from "../view.ts";

/**
 * What `FB.login` is called with. Embedded Signup v4 takes no `version` in `extras`.
 *
 * @see https://developers.facebook.com/docs/whatsapp/embedded-signup/implementation
 */
export function loginOptions({ configId, setup }: Login, coexistence: boolean) {
  return {
    ...(configId !== null && { config_id: configId }),
    response_type: "code",
    override_default_response_type: true,
    extras: {
      setup,
      sessionInfoVersion: "3",
      ...(coexistence && { featureType: "whatsapp_business_app_onboarding" }),
    },
  };
}
