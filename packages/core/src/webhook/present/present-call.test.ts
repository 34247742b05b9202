import { describe, expect, test } from "vitest";
import { parseNotification } from "../parse.ts";
import { presentItem } from "../present.ts";

const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };

function present(value: object) {
  const body = {
    entry: [{ id: "waba", changes: [{ field: "calls", value: { metadata, ...value } }] }],
  };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

describe("an event of a call", () => {
  test.each([
    ["connect", "call.connected"],
    ["CONNECT", "call.connected"],
    ["terminate", "call.terminated"],
    ["call_created", "call.status_updated"],
    ["call_recording_available", "call.status_updated"],
    ["brand_new", "call.status_updated"],
  ])("%s is %s", (event, type) => {
    const calls = [{ id: "wacid.1", event }];
    expect(present({ calls })).toMatchObject([
      { type, data: { call: { callId: "wacid.1", event }, raw: { calls } } },
    ]);
  });

  test("without status is known by the event's word", () => {
    const call_recording = { url: "https://r", mime_type: "audio/ogg" };
    const calls = [{ id: "wacid.1", event: "call_recording_available", call_recording }];
    expect(present({ calls })).toMatchObject([
      {
        data: {
          status: "call_recording_available",
          call: { callRecording: { url: "https://r", mimeType: "audio/ogg" } },
        },
      },
    ]);
  });

  test("tells times as instants, the length as a number, and words in capitals", () => {
    const calls = [
      {
        id: "1",
        event: "terminate",
        status: "Completed",
        start_time: "1795219200",
        duration: "17",
      },
    ];
    expect(present({ calls })).toMatchObject([
      {
        data: {
          call: { status: "COMPLETED", startTime: "2026-11-21T00:00:00.000Z", duration: 17 },
        },
      },
    ]);
  });

  test.each([
    ["the user called", { from: "15550123456", to: "15550100142" }],
    ["the business called", { from: "+1 555-010-0142", to: "15550123456" }],
    ["the business called, it is said", { to: "15550123456", direction: "BUSINESS_INITIATED" }],
    ["the user called, it is said", { from: "15550123456", direction: "user_initiated" }],
  ])("is about the user: %s", (_what, ends) => {
    expect(present({ calls: [{ id: "1", event: "connect", ...ends }] })).toMatchObject([
      { data: { contact: { contactPhone: "+15550123456" } } },
    ]);
  });

  test("that failed has the errors beside it, but not those of another", () => {
    const errors = [{ code: 138007, message: "time-out" }];
    const calls = [
      { id: "1", event: "terminate", status: "FAILED" },
      { id: "2", event: "terminate", status: "FAILED", errors: [{ code: 1 }] },
    ];
    expect(present({ calls, errors })).toMatchObject([
      { data: { call: { errors: [{ code: 138007, title: null }] } } },
      { data: { call: { errors: [{ code: 1 }] } } },
    ]);
  });

  test("with errors of its own keeps them", () => {
    const calls = [{ id: "1", event: "terminate", status: "FAILED", errors: [{ code: 1 }] }];
    expect(present({ calls, errors: [{ code: 2 }] })).toMatchObject([
      { data: { call: { errors: [{ code: 1 }] }, raw: { errors: [{ code: 2 }] } } },
    ]);
  });

  test.each([{ event: "connect" }, { id: "", event: "connect" }, { id: "1" }, 7])(
    "that is none is unknown, with its raw value: %j",
    (call) => {
      expect(present({ calls: [call] })).toEqual([
        { type: "webhook.unknown", data: { field: "calls", value: { metadata, calls: [call] } } },
      ]);
    },
  );
});

describe("a status of a call", () => {
  test.each(["RINGING", "ringing", "Ringing"])("is told in capitals: %s", (status) => {
    const statuses = [{ id: "1", type: "call", status, recipient_user_id: "US.1" }];
    expect(present({ statuses })).toMatchObject([
      {
        type: "call.status_updated",
        data: {
          status: "RINGING",
          contact: { contactIdentifier: "US.1" },
          call: { callId: "1", status: "RINGING", event: null },
          raw: { statuses },
        },
      },
    ]);
  });

  test("knows both spellings of a name", () => {
    const statuses = [{ id: "1", status: "RINGING", parent_recipient_user_id: "US.ENT.1" }];
    expect(present({ statuses })).toMatchObject([
      { data: { call: { recipientParentUserId: "US.ENT.1" } } },
    ]);
  });
});
