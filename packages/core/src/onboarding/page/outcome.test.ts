import { describe, expect, it } from "vitest";
import type { Session } from "../sessions/session.ts";
import { outcomeOf } from "./outcome.ts";

const REDIRECTS = {
  success: "https://a.example/yes?x=1&status=mine#top",
  failure: "https://a.example/no",
  cancel: "https://a.example/back",
};

function leads(fields: Partial<Session>) {
  const session = { sessionId: "sess_1", connectionId: null, errorCategory: null };
  // An outcome is made of nothing else.
  return outcomeOf({ ...session, redirects: REDIRECTS, ...fields } as Session);
}

describe("where an outcome leads", () => {
  it("is told the session, its status and the connection, beside what the URL has", () => {
    const done = leads({ status: "completed", connectionId: "conn_1" });
    expect(done).toEqual({
      url: "https://a.example/yes?x=1&status=completed&sessionId=sess_1&connectionId=conn_1#top",
      afterMs: 3_000,
    });
  });

  it("is told why it failed, and leaves whoever can mend it on the page", () => {
    const mendable = leads({ status: "failed", errorCategory: "pin_required" });
    expect(mendable).toEqual({
      url: "https://a.example/no?sessionId=sess_1&status=failed&errorCategory=pin_required",
      afterMs: null,
    });
    expect(leads({ status: "failed", errorCategory: "waba_conflict" })?.afterMs).toBe(15_000);
    expect(leads({ status: "expired", errorCategory: "session_expired" })?.url).toContain(
      "status=failed&errorCategory=session_expired",
    );
  });

  it("is the host's own page for who has cancelled", () => {
    expect(leads({ status: "cancelled", errorCategory: "user_cancelled" })?.url).toBe(
      "https://a.example/back?sessionId=sess_1&status=cancelled&errorCategory=user_cancelled",
    );
  });

  it("is nowhere while it is open, and where the host has named nothing", () => {
    for (const status of ["created", "started", "exchanging", "subscribing", "choose_number"]) {
      expect(leads({ status: status as Session["status"] })).toBeNull();
    }
    const redirects = { success: null, failure: null, cancel: null };
    for (const status of ["completed", "failed", "cancelled", "expired"] as const) {
      expect(leads({ status, redirects })).toBeNull();
    }
  });
});
