import { known, type State } from "./state.ts";

/** What Meta judges the health of. */
export type HealthEntityType = "PHONE_NUMBER" | "WABA" | "BUSINESS" | "APP";

/** What keeps an entity from sending, as Meta words it (support/health-status). */
export interface HealthComplaint {
  readonly canSendMessage: "LIMITED" | "BLOCKED";
  /** Sentences, for an entity that is limited. */
  readonly additionalInfo?: readonly string[];
  /** Why an entity is blocked. */
  readonly errors?: readonly {
    readonly code: number;
    readonly description: string;
    readonly possibleSolution: string;
  }[];
}

/** Arranges what Meta thinks of numbers, accounts, businesses and apps. */
export interface Healths {
  /** From now on Meta complains about this; `null` takes it back. Nothing is sent. */
  readonly setHealth: (
    type: HealthEntityType,
    id: string,
    complaint: HealthComplaint | null,
  ) => void;
}

/** The judgements of one Meta. */
export function healths({ complaints }: State): Healths {
  return {
    setHealth(type, id, complaint) {
      if (complaint) complaints.set(`${type} ${id}`, complaint);
      else complaints.delete(`${type} ${id}`);
    },
  };
}

/** Whose health is asked for: a number's includes that of its account, which has a business. */
export interface HealthQuestion {
  readonly phoneNumberId?: string;
  readonly wabaId: string;
  readonly appId: string;
}

/** `health_status`: as bad as the worst of its entities. */
export function healthStatus(
  state: State,
  { phoneNumberId, wabaId, appId }: HealthQuestion,
): object {
  const { id: businessId } = Object(known(state.wabas, wabaId).fields.owner_business_info);
  const entities = [
    ...(phoneNumberId === undefined ? [] : [entity(state, "PHONE_NUMBER", phoneNumberId)]),
    entity(state, "WABA", wabaId),
    ...(businessId === undefined ? [] : [entity(state, "BUSINESS", String(businessId))]),
    entity(state, "APP", appId),
  ];
  const found = entities.map(({ can_send_message }) => can_send_message);
  const worst = (["BLOCKED", "LIMITED"] as const).find((verdict) => found.includes(verdict));
  return { can_send_message: worst ?? "AVAILABLE", entities };
}

function entity({ complaints }: State, entity_type: HealthEntityType, id: string) {
  const complaint = complaints.get(`${entity_type} ${id}`);
  const errors = complaint?.errors?.map(({ code, description, possibleSolution }) => ({
    error_code: code,
    error_description: description,
    possible_solution: possibleSolution,
  }));
  return {
    entity_type,
    id,
    can_send_message: complaint?.canSendMessage ?? "AVAILABLE",
    ...(complaint?.additionalInfo && { additional_info: complaint.additionalInfo }),
    ...(errors && { errors }),
  };
}
