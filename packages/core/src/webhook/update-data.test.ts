import { expectTypeOf, test } from "vitest";
import type { AnyEvent, EventType, HubEvent } from "../events.ts";
import type { PresentedItem } from "./update-data.ts";

/** The names of `/api/v1`; those that come with later parts are not among them. */
type Promised =
  | `onboarding.${"started" | "completed" | "failed" | "recovered"}`
  | `connection.${"disconnected" | "mode_resolved" | "status_changed" | "webhook_changed"}`
  | `connection.${"health_changed" | "token_expiring"}`
  | `connection.heartbeat.${"due_soon" | "overdue" | "reminder" | "confirmed"}`
  | "tenant.deleted"
  | `message.${"received" | "status_updated" | "echoed" | "edited" | "revoked"}`
  | "history.synced"
  | `contact.${"synced" | "identity_changed" | "preference_changed"}`
  | `template.${"status_changed" | "category_changed" | "quality_changed" | "components_changed"}`
  | `phone.${"quality_changed" | "name_changed" | "settings_changed" | "username_changed"}`
  | `account.${"updated" | "reviewed" | "alert" | "capability_changed" | "security"}`
  | "solution.changed"
  | "payment.configuration_changed"
  | `call.${"connected" | "terminated" | "status_updated" | "permission_replied"}`
  | `group.${"lifecycle_changed" | "participants_changed" | "settings_changed" | "status_changed"}`
  | "flow.changed"
  | "handover.changed"
  | "standby.received"
  | "conversion.detected"
  | `webhook.${"unknown" | "unrouted"}`;

test("every event that the API promises has a name and data", () => {
  expectTypeOf<Exclude<Promised, EventType>>().toEqualTypeOf<never>();
});

test("any event narrows by its type", () => {
  const check = (event: AnyEvent) => {
    switch (event.type) {
      case "template.status_changed":
        expectTypeOf(event).toEqualTypeOf<HubEvent<"template.status_changed">>();
        expectTypeOf(event.data.event).toEqualTypeOf<string>();
        expectTypeOf(event.data.messageTemplateId).toEqualTypeOf<string | null>();
        return expectTypeOf(event.data.tenantId).toEqualTypeOf<string>();
      case "message.edited":
        if (event.data.direction === "outbound") {
          expectTypeOf(event.data.message.to).toEqualTypeOf<string | null>();
        }
        return expectTypeOf(event.data.message.type).toEqualTypeOf<"edit">();
      case "message.received":
        return expectTypeOf<"edit">().not.toExtend<typeof event.data.message.type>();
      case "call.permission_replied":
        return expectTypeOf(event.data.message.type).toEqualTypeOf<"interactive">();
      case "history.synced":
        return expectTypeOf(event.data.threads[0]?.messages[0]?.direction).toEqualTypeOf<
          "inbound" | "outbound" | undefined
        >();
      case "account.capability_changed":
        return expectTypeOf(event.data.maxPhoneNumbersPerWaba).toEqualTypeOf<
          string | number | null
        >();
      case "webhook.unknown":
        return expectTypeOf(event.data.value).toEqualTypeOf<unknown>();
      default:
        // @ts-expect-error the other events do not all have one
        return event.data.value;
    }
  };
  expectTypeOf(check).parameter(0).toEqualTypeOf<AnyEvent>();
});

test("an update narrows as well, also within webhook.unrouted", () => {
  const check = ({ type, data }: PresentedItem) =>
    type === "call.status_updated" && expectTypeOf(data.status).toEqualTypeOf<string>();
  expectTypeOf<HubEvent<"webhook.unrouted">["data"]["update"]>().toEqualTypeOf<PresentedItem>();
  expectTypeOf(check).parameter(0).toEqualTypeOf<PresentedItem>();
});
