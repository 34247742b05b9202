import { z } from "zod";
import { asText, type JsonObject } from "../lenient.ts";
import { instant, list, object, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const template = {
  /** Digits, also beyond 2^53. */
  messageTemplateId: text,
  messageTemplateName: text,
  messageTemplateLanguage: text,
};

const TemplateStatus = z.object({
  ...template,
  event: word,
  reason: text,
  messageTemplateCategory: text,
  disableInfo: object({ disableDate: instant }),
  otherInfo: object({ title: text, description: text }),
  rejectionInfo: object({ reason: text, recommendation: text }),
});

/**
 * A template was approved, rejected, paused, disabled …: `event` is Meta's word, and `reason`,
 * `rejectionInfo`, `otherInfo` and `disableInfo` say why.
 *
 * Source: WhatsApp webhooks reference, `message_template_status_update`.
 */
export type TemplateStatus = z.infer<typeof TemplateStatus>;

/** Types the value of `message_template_status_update`. */
export const readTemplateStatus = reader(TemplateStatus);

const TemplateQuality = z.object({
  ...template,
  previousQualityScore: text,
  newQualityScore: word,
});

/** `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. Source: WhatsApp webhooks reference, `message_template_quality_update`. */
export type TemplateQuality = z.infer<typeof TemplateQuality>;

/** Types the value of `message_template_quality_update`. */
export const readTemplateQuality = reader(TemplateQuality);

const TemplateComponents = z.object({
  ...template,
  messageTemplateName: word,
  messageTemplateTitle: text,
  /** The body. */
  messageTemplateElement: text,
  messageTemplateFooter: text,
  messageTemplateButtons: list({
    messageTemplateButtonType: text,
    messageTemplateButtonText: text,
    messageTemplateButtonUrl: text,
    messageTemplateButtonPhoneNumber: text,
  }),
});

/** What a template consists of now. Source: WhatsApp webhooks reference, `message_template_components_update`. */
export type TemplateComponents = z.infer<typeof TemplateComponents>;

/** Types the value of `message_template_components_update`. */
export const readTemplateComponents = reader(TemplateComponents);

const CategoryUpdate = z.object({
  ...template,
  previousCategory: text,
  newCategory: text,
  correctCategory: text,
  categoryUpdateTimestamp: instant,
});

/**
 * The category of a template. Meta's `new_category` is what it has become in one shape, and what it still
 * is in the other; `stage` and `currentCategory` tell which.
 *
 * Source: WhatsApp webhooks reference, `template_category_update`, `template_correct_category_detection`.
 */
export type TemplateCategory = z.infer<typeof CategoryUpdate> & {
  /**
   * `completed`: it has changed. `impending`: it becomes `correctCategory` within a day, or at
   * `categoryUpdateTimestamp`. `detected`: Meta takes `correctCategory` for the right one.
   */
  readonly stage: "completed" | "impending" | "detected";
  /** As of now. */
  readonly currentCategory: string | null;
};

const readCategories = reader(CategoryUpdate);

/** Types the value of `template_category_update`, in both of its shapes. */
export function readTemplateCategory(value: JsonObject): TemplateCategory | undefined {
  const update = readCategories(value);
  if (!update?.newCategory && !update?.correctCategory) return undefined;
  const stage = update.correctCategory ? "impending" : "completed";
  return { ...update, stage, currentCategory: update.newCategory };
}

/** Types the value of `template_correct_category_detection`. */
export function readDetectedCategory(value: JsonObject): TemplateCategory | undefined {
  const update = readCategories(value);
  if (!update?.correctCategory) return undefined;
  return { ...update, stage: "detected", currentCategory: asText(value.category) };
}
