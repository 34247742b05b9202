import { Failure } from "../failure.ts";
import { requireExact } from "../http/body.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { text } from "../http/respond.ts";
import type { MetaApp } from "../meta-app.ts";
import { countReceived } from "../telemetry/measure.ts";
import { answerHandshake } from "./handshake.ts";
import type { Intake } from "./intake.ts";
import type { Notifications } from "./notifications.ts";
import { verifySignature } from "./verify.ts";

/** Meta sends up to 3 MB. */
const MAX_NOTIFICATION_BYTES = 4 * 1024 * 1024;

/** What receiving needs of a Meta app. */
export type ReceivingApp = Pick<MetaApp, "appId" | "secrets" | "verifyToken">;

export interface ReceiveParts {
  readonly notifications: Pick<Notifications, "append">;
  readonly intake: Intake;
}

/**
 * bytes → verify → store → 200.
 *
 * Nothing else happens before the answer: Meta waits, and what is not stored yet is Meta's to send
 * again, for seven days. The worker that is woken afterwards is a matter of time, not of truth.
 *
 * @throws {Failure} `signature_mismatch`, `raw_body_unavailable`, `body_too_large`,
 *   `unsupported_encoding`, `request_timeout`; `store_unavailable` when the notification could not be
 *   made durable or too many are being received.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export async function receive(
  { notifications, intake }: ReceiveParts,
  app: ReceivingApp,
  request: HttpRequest,
): Promise<HttpResponse> {
  const room = intake.admit(request, MAX_NOTIFICATION_BYTES);
  try {
    const bytes = requireExact(await request.readBody(MAX_NOTIFICATION_BYTES));
    room.resize(bytes.byteLength);
    const signature = request.headers["x-hub-signature-256"];
    if (!verifySignature(bytes, String(signature ?? ""), app.secrets)) {
      throw new Failure("signature_mismatch");
    }
    await notifications.append(app.appId, bytes);
    countReceived(app.appId);
    return text(200, "ok");
  } finally {
    room.release();
  }
}

/** Meta's check of the callback URL. @throws {Failure} `verify_token_mismatch`, `invalid_request` */
export function handshake(app: ReceivingApp, { query }: HttpRequest): HttpResponse {
  return text(200, answerHandshake(query, app.verifyToken));
}
