import type { Receiver } from "./receiver.ts";

/** A number to connect; what is left out is invented. */
export interface ToConnect {
  readonly tenantId?: string;
  readonly wabaId?: string;
  readonly phoneNumberId?: string;
  readonly displayPhoneNumber?: string;
  readonly appId?: string;
}

/** A number that a tenant has connected. */
export interface ConnectedAt {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly connectionId: string;
}

/** Invents the number at Meta, in a new account unless one is named, and connects it. */
export async function connect(
  { meta, hub }: Pick<Receiver, "meta" | "hub">,
  { tenantId = "acme", appId = meta.app.appId, ...wanted }: ToConnect = {},
): Promise<ConnectedAt> {
  const { wabaId } = wanted.wabaId === undefined ? meta.addWaba() : { wabaId: wanted.wabaId };
  const { phoneNumberId } = meta.addNumber({ ...wanted, wabaId });
  const accessToken = meta.issueToken({ appId, wabaIds: [wabaId] });
  const given = { tenantId, appId, wabaId, phoneNumberId, accessToken };
  const { connection } = await hub.connections.connect(given);
  return { wabaId, phoneNumberId, connectionId: connection.connectionId };
}
