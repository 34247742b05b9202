/** What stands in a template where each message differs. */
export const CUSTOMER = "15550009999";
export const MESSAGE_ID = "wamid.bench";

const CUSTOMERS = 1_000;
const FIRST_CUSTOMER = 15_550_100_000;

/** The text of a notification around and in its one change, escaped as Meta escapes. */
export interface Template {
  readonly head: string;
  readonly change: string;
  readonly tail: string;
}

/** The body of a notification of `items` messages; the same ordinal gives the same message id. */
export function notification(template: Template, ordinal: number, items = 1): Buffer {
  const changes = Array.from({ length: items }, (_, index) => changeOf(template, ordinal + index));
  return Buffer.from(`${template.head}${changes.join(",")}${template.tail}`, "latin1");
}

function changeOf({ change }: Template, ordinal: number): string {
  const customer = String(FIRST_CUSTOMER + (ordinal % CUSTOMERS));
  return change.replaceAll(CUSTOMER, customer).replace(MESSAGE_ID, messageId(customer, ordinal));
}

/** Of the length and make-up of Meta's; such bytes have no `/` in base64, which would be escaped. */
function messageId(customer: string, ordinal: number): string {
  const unique = ordinal.toString(16).toUpperCase().padStart(20, "0");
  const text = `\x1c\x18\x0b${customer}\x15\x02\x00\x12\x18\x14${unique}\x00`;
  return `wamid.${Buffer.from(text, "latin1").toString("base64")}`;
}
