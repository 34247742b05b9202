import { expect, test } from "vitest";
import {
  readGroupLifecycle,
  readGroupParticipants,
  readGroupSettings,
  readGroupStatus,
} from "./group-updates.ts";

test("what could be changed is a flag, also in quotes", () => {
  const group_subject = { text: "New", update_successful: "true" };
  const group_description = { text: "Old", update_successful: false, errors: [{ code: "131208" }] };
  expect(
    readGroupSettings({ type: "group_settings_update", group_subject, group_description }),
  ).toMatchObject({
    groupId: null,
    groupSubject: { text: "New", updateSuccessful: true, errors: null },
    groupDescription: { updateSuccessful: false, errors: [{ code: 131208 }] },
    profilePicture: null,
  });
});

test("types and names newer than this library are kept", () => {
  const group = { type: "group_renamed", group_id: 7, brand_new: { a_b: 1 } };
  const expected = { type: "group_renamed", groupId: "7", brandNew: { aB: 1 } };
  for (const read of [
    readGroupLifecycle,
    readGroupParticipants,
    readGroupSettings,
    readGroupStatus,
  ]) {
    expect(read(group)).toMatchObject(expected);
    expect(read({ group_id: "g" })).toBeUndefined();
  }
});

test("who could not be added is told with the reason", () => {
  const failed_participants = [{ input: "1", errors: [{ code: 131212 }] }, "odd"];
  expect(
    readGroupParticipants({ type: "group_participants_add", failed_participants }),
  ).toMatchObject({
    failedParticipants: [{ input: "1", waId: null, errors: [{ code: 131212, title: null }] }],
    addedParticipants: null,
  });
});
