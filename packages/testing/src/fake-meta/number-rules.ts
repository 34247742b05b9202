import { refusals } from "./graph-error.ts";
import { type Params, requiredParam } from "./params.ts";
import type { PhoneNumber } from "./state.ts";

/** Coexistence: the number is on the Cloud API and in the WhatsApp Business app. */
export function isOnBusinessApp({ fields }: PhoneNumber): boolean {
  return fields.platform_type === "CLOUD_API" && fields.is_on_biz_app === true;
}

/** Many calls have to name the product they mean. @throws {GraphError} Code 100 when they do not. */
export function requireWhatsApp(params: Params): void {
  if (requiredParam(params, "messaging_product") === "whatsapp") return;
  throw refusals.parameterInvalid("Param messaging_product must be one of {WHATSAPP}");
}
