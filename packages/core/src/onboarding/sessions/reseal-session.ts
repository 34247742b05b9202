import type { Reseal } from "../../crypto/reseal.ts";
import { type Session, sessionPlace } from "./session.ts";

/** Every secret of a session. */
export const resealSession: Reseal<Session> = (session, rewrap) => {
  const { webhook, signup } = session;
  const anew = (sealed: string, field: Parameters<typeof sessionPlace>[1]) =>
    rewrap(sealed, sessionPlace(session, field));
  return {
    ...session,
    webhook: webhook && { ...webhook, verifyToken: anew(webhook.verifyToken, "verify_token") },
    signup: signup && {
      ...signup,
      accessToken: signup.accessToken && anew(signup.accessToken, "access_token"),
      pin: signup.pin && anew(signup.pin, "pin"),
    },
  };
};
