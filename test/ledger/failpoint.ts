import type { Change } from "@wabakit/core";

/** Steps of the flows that are commits, by what they write. */
const COMMITS = {
  "notification stored": ({ writes }) => writes.some(isPageOf("notifications", "written")),
  "notification removed": ({ writes }) => writes.some(isPageOf("notifications", "removed")),
  "events committed": (change) => emits(change),
  "outbox struck": (change) =>
    change.writes.some(({ key }) => PAGE.outbox.test(key)) && !emits(change),
  "attempt settled": (change) => settles(change) && !plans(change),
  "retry planned": (change) => settles(change) && plans(change),
  "retries removed": (change) => plans(change) && !settles(change),
  "deliveries removed": ({ writes }) => writes.some(isPageOf("deliveries", "removed")),
  "jobs kept": ({ writes }) => writes.some(({ key }) => key.startsWith("log:jobs:")),
} satisfies Readonly<Record<string, (change: Change) => boolean>>;

/** A step of the flows that is a commit. */
export type CommitName = keyof typeof COMMITS;

/** Where a server can be made to die by itself. */
export type Failpoint =
  /** Any commit at all. */
  | "commit"
  | CommitName
  /** The listener has heard; the outbox does not know yet. */
  | "event heard"
  /** Meta has its 200. */
  | "Meta answered";

/** The moment at which a server kills itself. */
export interface Death {
  readonly at: Failpoint;
  /** Counts what happens there in this life from 1. */
  readonly n: number;
  /** `before`: it is not even begun. `after`: it is done, but who waits for it never hears. */
  readonly when: "before" | "after";
}

/** Every named place, and each side of it that there is. */
export const FAILPOINTS: readonly Pick<Death, "at" | "when">[] = [
  // Its keys are those of `CommitName`.
  ...(Object.keys(COMMITS) as CommitName[]).flatMap((at) => [
    { at, when: "before" as const },
    { at, when: "after" as const },
  ]),
  { at: "event heard", when: "after" },
  { at: "Meta answered", when: "after" },
];

/** Those that a node without a worker passes. */
export const FAILPOINTS_OF_RECEIVER = FAILPOINTS.filter(
  ({ at }) => at === "notification stored" || at === "Meta answered",
);

/** Whether a commit is what a failpoint is about. */
export function isAt(at: Failpoint, change: Change): boolean {
  if (at === "commit") return true;
  return at in COMMITS && COMMITS[at as CommitName](change);
}

/** An endpoint's log has a long name, so its keys hold a hash instead. */
const PAGE = {
  notifications: /^log:notifications:[^:]+:\d+$/,
  outbox: /^log:outbox:[^:]+:\d+$/,
  deliveries: /^log:(~[^:]+|deliveries\.[^:]+):[^:]+:\d+$/,
};

function isPageOf(log: keyof typeof PAGE, how: "written" | "removed") {
  return ({ key, value }: Change["writes"][number]) =>
    PAGE[log].test(key) && (value === undefined) === (how === "removed");
}

function emits({ writes }: Change): boolean {
  return writes.some(({ key }) => key.startsWith("event:"));
}

function settles({ writes }: Change): boolean {
  return writes.some(({ key }) => key.startsWith("delivery:"));
}

function plans({ writes }: Change): boolean {
  return writes.some(({ key }) => key.startsWith("due:deliveries"));
}
