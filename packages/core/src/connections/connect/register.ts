import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import type { Connect } from "./connect.ts";
import type { GrantedNumber } from "./grant.ts";

const ALREADY = "CLOUD_API";

/**
 * Registers a number on the Cloud API, if a PIN was given and it is not there yet. Ten tries in 72
 * hours lock a number, so it is not tried twice.
 *
 * @throws {Failure} `invalid_request` for a number that is shared with the WhatsApp Business app;
 *   `meta_rejected`, with Meta's code 133005 for a wrong PIN
 */
export async function register(
  graph: Pick<Graph, "registerNumber">,
  { connectionMode, platformType }: GrantedNumber,
  { pin, phoneNumberId, accessToken }: Connect,
): Promise<void> {
  if (pin === undefined) return;
  if (connectionMode === "coexistence") {
    const message = "cannot be set for a number that is shared with the WhatsApp Business app";
    throw new Failure("invalid_request", `pin: ${message}`, {
      context: { fields: [{ path: "pin", message }] },
    });
  }
  if (platformType === ALREADY) return;
  await graph.registerNumber({ phoneNumberId, token: accessToken, pin });
}
