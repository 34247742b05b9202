import type { ConnectedNumber } from "../waba.ts";
import type { Turn } from "./events-of-change.ts";
import type { WabaChange } from "./intent.ts";

/** What the audit log is told of a change, beside who asked for it. */
export interface AuditOfChange {
  readonly action: string;
  readonly subject: {
    readonly wabaId: string;
    readonly connectionId?: string;
    readonly tenantId?: string;
  };
}

const ACTIONS: Readonly<Record<WabaChange["kind"], string | null>> = {
  connect: "connection.connected",
  webhook: "connection.webhook_changed",
  suspend: "connection.suspended",
  resume: "connection.resumed",
  disconnect: "connection.disconnected",
  token: "waba.access_token_replaced",
  signing: "waba.signing_secret_rotated",
  settle: null,
};

/** At most one entry: for the connection a change was asked for, or for the whole account. */
export function auditOf({ before, after }: Turn, change: WabaChange): readonly AuditOfChange[] {
  const action = ACTIONS[change.kind];
  if (!action) return [];
  const id = connectionIdOf(change);
  const number = [...after.numbers, ...before.numbers].find(
    ({ connectionId }) => connectionId === id,
  );
  return [{ action, subject: { wabaId: after.wabaId, ...(number && subject(number)) } }];
}

function connectionIdOf(change: WabaChange): string | null {
  if (change.kind === "connect") return change.number.connectionId;
  return "connectionId" in change ? change.connectionId : null;
}

function subject({ connectionId, tenantId }: ConnectedNumber) {
  return { connectionId, tenantId };
}
