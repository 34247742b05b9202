/**
 * Names whom deliveries go to, usable as a job id: `<organization>.<endpoint>`, or
 * `<organization>.relay-<app>-<account>` where an account's messages are forwarded.
 */
export type TargetRef = string;

/** A request as it goes out. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Writes the letter of one attempt, made `now` (epoch ms): signatures may tell the time. */
export type Compose = (now: number) => Letter;

/** What is to be sent. */
export interface Content {
  readonly compose: Compose;
  /** It tells of deliveries itself: nobody is told when it cannot be delivered, or that would go on for ever. */
  readonly isNotice: boolean;
}

/** Somebody deliveries go to, as it is when they are sent. */
export interface Target {
  readonly organizationId: string;
  /** What its deliveries call it. */
  readonly id: string;
  readonly url: string;
  /** What waits for one that is not enabled goes on waiting. */
  readonly enabled: boolean;
  /** How many deliveries may be under way at once. */
  readonly concurrency: number;
  /** How many attempts may start in a second; `null` for as many as there are. */
  readonly rateLimit: number | null;
  /** Whether it ends: with an answer of 410, or when it has failed for too long. */
  readonly canEnd: boolean;
  /** The account whose webhook it is. */
  readonly wabaId: string | null;
  /** What is to be sent, in the order of the ids; `undefined` for what is no longer kept. */
  readonly read: (ids: readonly string[]) => Promise<readonly (Content | undefined)[]>;
}

/** Whose target it is. */
export function organizationOf(ref: TargetRef): string {
  return ref.slice(0, ref.lastIndexOf("."));
}

/** What its deliveries call it. */
export function targetIdOf(ref: TargetRef): string {
  return ref.slice(ref.lastIndexOf(".") + 1);
}
