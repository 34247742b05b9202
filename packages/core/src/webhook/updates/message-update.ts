import { z } from "zod";
import type { JsonObject } from "../lenient.ts";
import { camelCased } from "./camel-cased.ts";
import { compiled } from "./compiled.ts";
import { instant, text } from "./loose.ts";
import * as parts from "./parts.ts";

const Message = z.looseObject({
  wamid: z.string().min(1),
  timestamp: instant,
  from: text,
  fromUserId: text,
  fromParentUserId: text,
  groupId: text,
  context: parts.context,
  referral: parts.referral,
  errors: parts.errors,
});

const SCHEMAS = {
  text: Message.extend({ type: z.literal("text"), text: parts.textPart }),
  image: Message.extend({ type: z.literal("image"), image: parts.image }),
  audio: Message.extend({ type: z.literal("audio"), audio: parts.audio }),
  video: Message.extend({ type: z.literal("video"), video: parts.video }),
  document: Message.extend({ type: z.literal("document"), document: parts.document }),
  sticker: Message.extend({ type: z.literal("sticker"), sticker: parts.sticker }),
  location: Message.extend({ type: z.literal("location"), location: parts.location }),
  contacts: Message.extend({ type: z.literal("contacts"), contacts: parts.contacts }),
  interactive: Message.extend({ type: z.literal("interactive"), interactive: parts.interactive }),
  button: Message.extend({ type: z.literal("button"), button: parts.button }),
  order: Message.extend({ type: z.literal("order"), order: parts.order }),
  reaction: Message.extend({ type: z.literal("reaction"), reaction: parts.reaction }),
  system: Message.extend({
    type: z.literal("system"),
    system: parts.system,
    identity: parts.identity,
  }),
  unsupported: Message.extend({ type: z.literal("unsupported"), unsupported: parts.unsupported }),
  request_welcome: Message.extend({ type: z.literal("request_welcome") }),
  edit: Message.extend({ type: z.literal("edit"), edit: parts.edit }),
  revoke: Message.extend({ type: z.literal("revoke"), revoke: parts.revoke }),
  /** Only in history; the file follows, if it is not too old. */
  media_placeholder: Message.extend({ type: z.literal("media_placeholder") }),
};

/** A type that this version does not know, or none at all: its own name, and its content as it came. */
const UnknownMessage = Message.extend({ type: z.literal("unknown"), originalType: text });

/**
 * What a user sent, as Meta tells it, in camelCase: switch over `type`, the content is under the name
 * of the type. `wamid` is Meta's `id`, instants are ISO 8601 in UTC. What is absent is `null`, also
 * where Meta promises it; names we do not know are kept. A type newer than this library is
 * `type: "unknown"` with Meta's word as `originalType`.
 *
 * Source: WhatsApp webhooks reference, `messages`.
 */
export type MessageUpdate =
  | { [Type in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[Type]> }[keyof typeof SCHEMAS]
  | z.infer<typeof UnknownMessage>;

type Parser = (value: unknown) => MessageUpdate | undefined;

const parsers: ReadonlyMap<unknown, Parser> = new Map(
  Object.entries(SCHEMAS).map(([type, schema]): [string, Parser] => [type, compiled(schema)]),
);
const parseUnknown = compiled(UnknownMessage);
const RENAMES: ReadonlyMap<string, string> = new Map([["id", "wamid"]]);

/** Types one element of `messages`; `undefined` when it has no id, without which it is no message. */
export function readMessage(message: JsonObject): MessageUpdate | undefined {
  const fields = camelCased(message, RENAMES);
  const parse = parsers.get(fields.type);
  if (parse) return parse(fields);
  return parseUnknown({ ...fields, type: "unknown", originalType: fields.type });
}
