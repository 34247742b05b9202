/** Anything Meta judges the health of. */
export type HealthEntity = readonly [
  type: "PHONE_NUMBER" | "WABA" | "BUSINESS" | "APP",
  id: string,
];

/** A `health_status` without complaints (support/health-status). */
export function healthStatus(entities: readonly HealthEntity[]): object {
  return {
    can_send_message: "AVAILABLE",
    entities: entities.map(([entity_type, id]) => ({
      entity_type,
      id,
      can_send_message: "AVAILABLE",
    })),
  };
}
