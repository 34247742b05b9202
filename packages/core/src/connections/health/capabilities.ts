import type { NumberHealth } from "../../meta/number-health.ts";

/** What a number can do; `null` where Meta has not told enough to say. */
export interface Capabilities {
  /** Its customers' messages reach where its webhook leads. */
  readonly canReceiveMessages: boolean | null;
  /** It can answer within the customer service window. */
  readonly canSendMessages: boolean | null;
  /** It can write first, with a template. */
  readonly canSendTemplates: boolean | null;
}

/** What decides about the capabilities of a number. */
export interface CapabilityFacts
  extends Pick<NumberHealth, "platformType" | "status" | "healthStatus"> {
  /** Whether our app gets the webhooks of the number's account. */
  readonly subscribed: boolean | null;
  /** What keeps messages from being sent. */
  readonly blocks: readonly Block[];
}

/** An entity that Meta blocks. */
export interface Block {
  /** `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`. */
  readonly type: string;
  readonly errorCodes: readonly number[];
}

/** The facts as single words, each known or not. */
interface Words {
  readonly platform: "CLOUD_API" | "ON_PREMISE" | "NOT_APPLICABLE" | null;
  readonly status: string | null;
  readonly sending: "AVAILABLE" | "LIMITED" | "BLOCKED" | "NO_PAYMENT" | null;
  readonly subscription: "yes" | "no" | null;
}

/** One line of the table: where a fact is this word, these capabilities are gone, for this reason. */
interface CapabilityRow {
  readonly fact: keyof Words;
  readonly is: readonly string[];
  readonly takes: readonly (keyof Capabilities)[];
  /** A whole sentence. */
  readonly because: string;
}

const RECEIVING = ["canReceiveMessages"] as const;
const TEMPLATES = ["canSendTemplates"] as const;
const SENDING = ["canSendMessages", "canSendTemplates"] as const;
const EVERYTHING = [...RECEIVING, ...SENDING] as const;

/**
 * What Meta's words mean for a number. Rows that take nothing are here to say that nothing is taken.
 * Every row that fits counts; a word that no row has takes nothing.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
 */
export const CAPABILITY_ROWS: readonly CapabilityRow[] = [
  {
    fact: "platform",
    is: ["CLOUD_API"],
    takes: [],
    because: "The number is registered on the Cloud API.",
  },
  {
    fact: "platform",
    is: ["NOT_APPLICABLE"],
    takes: EVERYTHING,
    because: "The number is not registered on the Cloud API: register it with its PIN.",
  },
  {
    fact: "platform",
    is: ["ON_PREMISE"],
    takes: EVERYTHING,
    because: "The number runs on the on-premises API, which Meta has ended: migrate it.",
  },
  {
    fact: "status",
    is: ["CONNECTED", "LINKED"],
    takes: [],
    because: "Meta lists the number as connected.",
  },
  {
    fact: "status",
    is: ["FLAGGED"],
    takes: [],
    because: "Meta has flagged the number for its quality; it still works.",
  },
  { fact: "status", is: ["UNKNOWN"], takes: [], because: "Meta does not say how the number is." },
  {
    fact: "status",
    is: ["RESTRICTED", "RATE_LIMITED"],
    takes: TEMPLATES,
    because:
      "Meta has restricted the number: it may answer customers, but not write to them first.",
  },
  {
    fact: "status",
    is: ["PENDING", "UNVERIFIED"],
    takes: EVERYTHING,
    because: "The number is not set up yet: verify and register it.",
  },
  {
    fact: "status",
    is: ["DISCONNECTED", "UNLINKED", "MIGRATED", "DELETED"],
    takes: EVERYTHING,
    because:
      "The number is no longer in use on this account: it was disconnected, moved or deleted.",
  },
  { fact: "status", is: ["BANNED"], takes: EVERYTHING, because: "Meta has banned the number." },
  { fact: "sending", is: ["AVAILABLE"], takes: [], because: "Meta lets the number send." },
  {
    fact: "sending",
    is: ["LIMITED"],
    takes: [],
    because: "Meta lets the number send, to fewer customers than it could be.",
  },
  {
    fact: "sending",
    is: ["NO_PAYMENT"],
    takes: TEMPLATES,
    because:
      "The account's payment method fails: the number may answer customers, but not write to them first.",
  },
  {
    fact: "sending",
    is: ["BLOCKED"],
    takes: SENDING,
    because: "Meta does not let the number send.",
  },
  { fact: "subscription", is: ["yes"], takes: [], because: "Our app gets the account's webhooks." },
  {
    fact: "subscription",
    is: ["no"],
    takes: RECEIVING,
    because: "Our app is not subscribed to the account's webhooks: connect the number again.",
  },
];

/** What has to be known before a capability can be promised. */
const NEEDS: Readonly<Record<keyof Capabilities, readonly (keyof Words)[]>> = {
  canReceiveMessages: ["platform", "subscription"],
  canSendMessages: ["platform", "sending"],
  canSendTemplates: ["platform", "sending"],
};

const PLATFORMS = ["CLOUD_API", "ON_PREMISE", "NOT_APPLICABLE"] as const;
const SENDING_WORDS = ["AVAILABLE", "LIMITED", "BLOCKED"] as const;
/** A payment method that fails; Meta blocks nothing but what the business begins. */
const PAYMENT_ERROR = 141_006;

/** What a number can do, by the table above. */
export function capabilitiesOf(facts: CapabilityFacts): Capabilities {
  const words = wordsOf(facts);
  const taken = new Set(fitting(words).flatMap(({ takes }) => takes));
  const verdict = (capability: keyof Capabilities) => {
    if (taken.has(capability)) return false;
    return NEEDS[capability].every((fact) => words[fact] !== null) ? true : null;
  };
  return {
    canReceiveMessages: verdict("canReceiveMessages"),
    canSendMessages: verdict("canSendMessages"),
    canSendTemplates: verdict("canSendTemplates"),
  };
}

/** Why a number lacks a capability; none where it has it, or nobody knows. */
export function reasonsAgainst(
  facts: CapabilityFacts,
  capability: keyof Capabilities,
): readonly string[] {
  const rows = fitting(wordsOf(facts)).filter(({ takes }) => takes.includes(capability));
  return rows.map(({ because }) => because);
}

function fitting(words: Words): readonly CapabilityRow[] {
  return CAPABILITY_ROWS.filter(({ fact, is }) => is.some((word) => word === words[fact]));
}

function wordsOf({ platformType, status, subscribed, ...facts }: CapabilityFacts): Words {
  return {
    platform: PLATFORMS.find((word) => word === platformType) ?? null,
    status,
    sending: sendingOf(facts),
    subscription: subscribed === null ? null : subscribed ? "yes" : "no",
  };
}

function sendingOf({ healthStatus, blocks }: Pick<CapabilityFacts, "healthStatus" | "blocks">) {
  const word = SENDING_WORDS.find((candidate) => candidate === healthStatus) ?? null;
  const isPaymentOnly = blocks.every(
    ({ errorCodes }) => errorCodes.length > 0 && errorCodes.every((code) => code === PAYMENT_ERROR),
  );
  return word === "BLOCKED" && blocks.length > 0 && isPaymentOnly ? "NO_PAYMENT" : word;
}
