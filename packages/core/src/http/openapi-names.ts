/** What is done by a POST to something that is there. */
const VERBS: ReadonlySet<string> = new Set([
  "cancel",
  "claim",
  "complete",
  "confirm",
  "read",
  "recover",
  "refresh",
  "renew",
  "replay",
  "resume",
  "retry",
  "skip",
  "reveal",
  "rotate",
  "suspend",
  "test",
]);

const VERB_OF: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "create",
  PATCH: "update",
  PUT: "replace",
  DELETE: "delete",
};

/** Words whose path alone does not tell them from others. */
const WORDS: Readonly<Record<string, string>> = {
  organization: "own-organization",
  "openapi.json": "open-api-document",
};

/** A noun of the API, under which its operations are found. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/** By the first part of a path. */
const TAGS: Readonly<Record<string, Tag>> = {
  connections: { name: "Connections", description: "Numbers of tenants, and what they do." },
  wabas: { name: "Accounts", description: "WhatsApp Business Accounts: what numbers share." },
  tenants: { name: "Tenants", description: "Your customers, under your names for them." },
  "webhook-endpoints": { name: "Webhook endpoints", description: "Where events are sent." },
  "dead-letters": { name: "Dead letters", description: "What listeners have given up." },
  deliveries: { name: "Deliveries", description: "Events on their way to endpoints." },
  events: { name: "Events", description: "What has happened." },
  "api-keys": { name: "API keys", description: "Who may call, and do what." },
  "public-keys": { name: "Public keys", description: "Which pages may open a sign-up." },
  organization: { name: "Organizations", description: "Who has tenants, and API keys." },
  "audit-log": { name: "Audit log", description: "What was done, and by whom." },
  "meta-apps": { name: "Meta apps", description: "The apps in whose names Meta is asked." },
  onboarding: { name: "Onboarding", description: "How tenants connect their numbers." },
  "inbox-links": { name: "Inbox links", description: "Inboxes for people without an account." },
  health: { name: "Health", description: "Whether it runs, and on what." },
  "openapi.json": { name: "About", description: "What the API says of itself." },
};

/** What an operation is, as a row says it. */
export interface Named {
  readonly method: string;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly isList: boolean;
}

/** The name of an operation: a verb and what it is done to, e.g. `rotateWabaSigningSecret`. */
export function operationId({ method, path, isList }: Named): string {
  const parts = partsOf(path);
  const [action = "", ...object] = (parts.at(-1)?.word ?? "").split("-");
  if (method === "POST" && VERBS.has(action)) {
    return camelCased([action, ...parts.slice(0, -1).map(nounOf), ...object]);
  }
  const verb = isList ? "list" : (VERB_OF[method] ?? "");
  const nouns = parts.map((part, index) =>
    method === "POST" && index === parts.length - 1 ? singular(part.word) : nounOf(part),
  );
  return camelCased([verb, ...nouns]);
}

/** The noun that an operation is about. */
export function tagOf(path: string): Tag {
  const [first = ""] = partsOf(path).map(({ segment }) => segment);
  const known = TAGS[first] ?? TAGS[singular(first)];
  const name = first.charAt(0).toUpperCase() + first.slice(1).replaceAll("-", " ");
  return known ?? { name, description: `${name}.` };
}

interface Part {
  readonly segment: string;
  readonly word: string;
  /** Followed by the id of one of many. */
  readonly isOneOfMany: boolean;
}

function partsOf(path: string): readonly Part[] {
  const segments = path.split("/").slice(1);
  return segments.flatMap((segment, index) => {
    if (segment.startsWith(":")) return [];
    const word = WORDS[segment] ?? segment;
    return [{ segment, word, isOneOfMany: segments[index + 1]?.startsWith(":") === true }];
  });
}

function nounOf({ word, isOneOfMany }: Part): string {
  return isOneOfMany ? singular(word) : word;
}

function singular(word: string): string {
  return word.replace(/ies$/, "y").replace(/s$/, "");
}

function camelCased(words: readonly string[]): string {
  const [first = "", ...more] = words.flatMap((word) => word.split("-")).filter(Boolean);
  return first + more.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
