import { z } from "zod";
import { instant, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const SolutionChange = z.object({ event: word, solutionId: text, solutionStatus: text });

/** A multi-partner solution. Source: WhatsApp webhooks reference, `partner_solutions`. */
export type SolutionChange = z.infer<typeof SolutionChange>;

/** Types the value of `partner_solutions`. */
export const readSolutionChange = reader(SolutionChange);

const PaymentConfiguration = z.object({
  configurationName: word,
  providerName: text,
  providerMid: text,
  /** `Active`, `Needs Connecting` or `Needs Testing`. */
  status: text,
  createdTimestamp: instant,
  updatedTimestamp: instant,
});

/** A payment provider of an account. Source: WhatsApp webhooks reference, `payment_configuration_update`. */
export type PaymentConfiguration = z.infer<typeof PaymentConfiguration>;

/** Types the value of `payment_configuration_update`. */
export const readPaymentConfiguration = reader(PaymentConfiguration);
