import { flag, instant, list, number, object, text } from "./loose.ts";

/*
 * The objects inside Meta's messages, in camelCase. Every name may be missing.
 * Source: developers.facebook.com, WhatsApp webhooks reference, `messages` and the pages under it.
 */

/** What Meta says went wrong, at message, status or value level. `title` and `message` are equal. */
export const errors = list({
  code: number,
  title: text,
  message: text,
  errorData: object({ details: text }),
  href: text,
});

/** What a message answers, or how it was forwarded. */
export const context = object({
  /** The business number, sometimes its phone number id. */
  from: text,
  /** The wamid of the message answered. */
  id: text,
  /** Up to five forwards; more are `frequentlyForwarded`. */
  forwarded: flag,
  frequentlyForwarded: flag,
  referredProduct: object({ catalogId: text, productRetailerId: text }),
});

/** The ad or post that led here. */
export const referral = object({
  sourceUrl: text,
  sourceId: text,
  /** `ad` or `post`. */
  sourceType: text,
  body: text,
  headline: text,
  /** `image` or `video`. */
  mediaType: text,
  imageUrl: text,
  videoUrl: text,
  thumbnailUrl: text,
  /** Not given for ads in WhatsApp Status. */
  ctwaClid: text,
  welcomeMessage: object({ text }),
});

export const textPart = object({ body: text });

const file = {
  /** Meta's media id. */
  id: text,
  mimeType: text,
  /** Base64 in live messages, hex in history. */
  sha256: text,
  /** Short-lived, and needs the access token. */
  url: text,
};

export const image = object({ ...file, caption: text });
export const video = object({ ...file, caption: text });
export const document = object({ ...file, caption: text, filename: text });
/** `voice` tells a voice note from a file. */
export const audio = object({ ...file, voice: flag });
export const sticker = object({ ...file, animated: flag });

export const location = object({
  latitude: number,
  longitude: number,
  name: text,
  address: text,
  url: text,
});

/** Cards a user shared, or their own after a request for contact info (`origin`). */
export const contacts = list({
  name: object({
    formattedName: text,
    firstName: text,
    lastName: text,
    middleName: text,
    suffix: text,
    prefix: text,
  }),
  phones: list({ phone: text, waId: text, type: text }),
  emails: list({ email: text, type: text }),
  addresses: list({
    street: text,
    city: text,
    state: text,
    zip: text,
    country: text,
    countryCode: text,
    type: text,
  }),
  urls: list({ url: text, type: text }),
  org: object({ company: text, department: text, title: text }),
  /** `YYYY-MM-DD`. */
  birthday: text,
  /** `contact_request` or `other`. */
  origin: text,
  vcard: text,
});

/** An answer to an interactive message; `type` names the part that is there. */
export const interactive = object({
  /** `button_reply`, `list_reply`, `nfm_reply` or `call_permission_reply`. */
  type: text,
  buttonReply: object({ id: text, title: text }),
  listReply: object({ id: text, title: text, description: text }),
  /** A finished Flow or address form; `responseJson` is JSON in a string. */
  nfmReply: object({ name: text, body: text, responseJson: text }),
  callPermissionReply: object({
    /** `accept` or `reject`. */
    response: text,
    isPermanent: flag,
    expirationTimestamp: instant,
    /** `user_action` or `automatic`. */
    responseSource: text,
  }),
});

/** A tap on a template's quick-reply button. */
export const button = object({ payload: text, text });

export const order = object({
  catalogId: text,
  text,
  productItems: list({
    productRetailerId: text,
    quantity: number,
    itemPrice: number,
    currency: text,
  }),
});

export const reaction = object({
  messageId: text,
  /** `null` when the reaction was taken back, for which Meta also writes an empty text. */
  emoji: text.transform((emoji) => emoji || null),
});

/** A change of the user's own number or id; the new values. */
export const system = object({
  body: text,
  /** `user_changed_number`, `user_changed_user_id` or an older name. */
  type: text,
  waId: text,
  userId: text,
  parentUserId: text,
});

/** Beside `system` in the older `customer_identity_changed`. */
export const identity = object({ acknowledged: flag, createdTimestamp: instant, hash: text });

/** What could not be delivered is named in `type`, e.g. `poll`. */
export const unsupported = object({ type: text });

/** The new content of an earlier message, in the part that its `type` names. */
export const edit = object({
  originalMessageId: text,
  message: object({ type: text, context, text: textPart, image, video, document }),
});

export const revoke = object({ originalMessageId: text });

/** What a conversation costs. `type` and `category` outlive `billable`. */
export const pricing = object({
  billable: flag,
  pricingModel: text,
  type: text,
  category: text,
});

/** Only within a free-entry-point window since v24.0. */
export const conversation = object({
  id: text,
  expirationTimestamp: instant,
  origin: object({ type: text }),
});
