import { refusals } from "./graph-error.ts";

/** A node of the graph, ready to be asked for fields. */
export interface GraphNode {
  readonly id: string;
  readonly type: NodeType;
  readonly values: Readonly<Record<string, unknown>>;
}

interface NodeType {
  readonly name: string;
  /** What is answered when nobody asks for anything; `id` always is. */
  readonly defaults: readonly string[];
  /** What may be asked for: the tables of the fact pages, plus whatever a test has set. */
  readonly fields: ReadonlySet<string>;
}

/** `GET /{waba}?fields=`, as documented for Graph v23 to v26. */
export const wabaNode: NodeType = {
  name: "WhatsAppBusinessAccount",
  defaults: ["name", "timezone_id", "message_template_namespace"],
  fields: new Set([
    "account_review_status",
    "business_verification_status",
    "country",
    "currency",
    "health_status",
    "is_enabled_for_insights",
    "marketing_messages_lite_api_status",
    "message_template_namespace",
    "name",
    "on_behalf_of_business_info",
    "owner_business_info",
    "ownership_type",
    "primary_business_location",
    "primary_funding_id",
    "purchase_order_number",
    "status",
    "timezone_id",
  ]),
};

/** `GET /{phone}?fields=`, as documented for Graph v23 to v26. */
export const phoneNode: NodeType = {
  name: "WhatsAppBusinessPhoneNumber",
  defaults: ["verified_name", "display_phone_number", "quality_rating", "code_verification_status"],
  fields: new Set([
    "account_mode",
    "code_verification_status",
    "conversational_automation",
    "country_code",
    "country_dial_code",
    "display_phone_number",
    "health_status",
    "host_platform",
    "is_official_business_account",
    "is_on_biz_app",
    "is_pin_enabled",
    "last_onboarded_time",
    "messaging_limit_tier",
    "name_status",
    "new_display_name",
    "new_name_status",
    "platform_type",
    "quality_rating",
    "search_visibility",
    "status",
    "throughput",
    "unified_cert_status",
    "username",
    "verified_name",
    "webhook_configuration",
    "whatsapp_business_manager_messaging_limit",
  ]),
};

/** `GET /me/businesses`: general knowledge of the Graph API, and as much of it as is played here. */
export const businessNode: NodeType = {
  name: "Business",
  defaults: ["name"],
  fields: new Set(["name", "verification_status"]),
};

/**
 * What `?fields=` selects; a field without a value is left out, as Meta does. Sub-selections in
 * braces are accepted and select the whole field.
 *
 * @throws {GraphError} Code 100 for a field this type of node does not have.
 */
export function selectFields(node: GraphNode, fields: string | undefined): object {
  const { id, type, values } = node;
  const names = fields ? namesIn(fields) : type.defaults;
  const selected: Record<string, unknown> = {};
  for (const name of names) {
    if (name === "id") continue;
    if (!type.fields.has(name) && !(name in values)) throw refusals.fieldUnknown(name, type.name);
    if (values[name] !== undefined) selected[name] = values[name];
  }
  return { ...selected, id };
}

function namesIn(fields: string): readonly string[] {
  const names = fields.replace(/\{[^}]*\}/g, "").split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
