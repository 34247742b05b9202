import { describe, expect, test } from "vitest";
import {
  readDetectedCategory,
  readTemplateCategory,
  readTemplateComponents,
  readTemplateQuality,
  readTemplateStatus,
} from "./template-updates.ts";

const ids = { message_template_id: 1689556908120001, message_template_name: "order" };
const named = { messageTemplateId: "1689556908120001", messageTemplateName: "order" };

test.each([
  [1689556908120001, "1689556908120001"],
  ["12345678901234567890", "12345678901234567890"],
  [undefined, null],
])("the id of a template is text: %j", (message_template_id, messageTemplateId) => {
  expect(readTemplateStatus({ event: "APPROVED", message_template_id })).toMatchObject({
    messageTemplateId,
  });
});

test.each(["APPROVED", "LOCKED", "UNARCHIVED", "BRAND_NEW"])(
  "a status keeps its word: %s",
  (event) => {
    expect(readTemplateStatus({ ...ids, event, reason: null })).toEqual({
      ...named,
      messageTemplateLanguage: null,
      event,
      reason: null,
      messageTemplateCategory: null,
      disableInfo: null,
      otherInfo: null,
      rejectionInfo: null,
    });
  },
);

test.each([1795219200, "1795219200"])(
  "a template is disabled at an instant: %j",
  (disable_date) => {
    expect(readTemplateStatus({ event: "DISABLED", disable_info: { disable_date } })).toMatchObject(
      {
        disableInfo: { disableDate: "2026-11-21T00:00:00.000Z" },
      },
    );
  },
);

describe("a category", () => {
  const categories = (value: object) => readTemplateCategory({ ...ids, ...value });

  test("that has changed is the new one, whether or not Meta names the former", () => {
    for (const previous_category of ["UTILITY", undefined]) {
      expect(categories({ previous_category, new_category: "MARKETING" })).toMatchObject({
        ...named,
        stage: "completed",
        currentCategory: "MARKETING",
        previousCategory: previous_category ?? null,
      });
    }
  });

  test("that is about to change is still what Meta calls new", () => {
    expect(categories({ new_category: "UTILITY", correct_category: "MARKETING" })).toMatchObject({
      stage: "impending",
      currentCategory: "UTILITY",
      newCategory: "UTILITY",
      correctCategory: "MARKETING",
      categoryUpdateTimestamp: null,
    });
  });

  test("that Meta finds wrong is the current one", () => {
    const value = { ...ids, category: "UTILITY", correct_category: "MARKETING" };
    expect(readDetectedCategory(value)).toMatchObject({
      stage: "detected",
      currentCategory: "UTILITY",
      correctCategory: "MARKETING",
    });
  });
});

test("buttons are a list, also where there is one alone", () => {
  const button = { message_template_button_type: "URL", message_template_button_text: "Go" };
  const expected = {
    messageTemplateButtonType: "URL",
    messageTemplateButtonText: "Go",
    messageTemplateButtonUrl: null,
    messageTemplateButtonPhoneNumber: null,
  };
  for (const message_template_buttons of [[button], button, [button, 7]]) {
    expect(readTemplateComponents({ ...ids, message_template_buttons })).toMatchObject({
      messageTemplateButtons: [expected],
    });
  }
});

test("what lacks the word it is about is none", () => {
  expect(readTemplateStatus(ids)).toBeUndefined();
  expect(readTemplateStatus({ ...ids, event: 7 })).toBeUndefined();
  expect(readTemplateQuality({ ...ids, previous_quality_score: "RED" })).toBeUndefined();
  expect(readTemplateComponents({ message_template_id: 1 })).toBeUndefined();
  expect(readTemplateCategory({ ...ids, previous_category: "UTILITY" })).toBeUndefined();
  expect(readDetectedCategory({ ...ids, category: "UTILITY" })).toBeUndefined();
});
