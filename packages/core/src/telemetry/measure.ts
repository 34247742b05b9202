import type { EventType } from "../events.ts";
import type { FailureCode } from "../failure.ts";
import { instruments } from "./instruments.ts";

/** A notification is stored. */
export function countReceived(appId: string): void {
  instruments().received.add(1, { "wabakit.app_id": appId });
}

/** A request was answered with a failure. */
export function countRefused(surface: "receiver" | "api" | "pages", code: FailureCode): void {
  const { refusedNotifications, refusedRequests } = instruments();
  const counter = surface === "receiver" ? refusedNotifications : refusedRequests;
  const where = surface === "receiver" ? {} : { "wabakit.surface": surface };
  counter.add(1, { "error.type": code, ...where });
}

/** What became of items. */
export interface CountedItems {
  readonly items: number;
  readonly repeats: number;
  readonly unrouted: number;
}

export function countItems({ items, repeats, unrouted }: CountedItems): void {
  const { processed, deduplicated, unrouted: nobodys } = instruments();
  if (items > 0) processed.add(items);
  if (repeats > 0) deduplicated.add(repeats);
  if (unrouted > 0) nobodys.add(unrouted);
}

/** An event is a dead letter now. */
export function countDeadLetter(type: EventType): void {
  instruments().deadLetters.add(1, { "wabakit.event.type": type });
}
