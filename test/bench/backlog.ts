import {
  type BacklogFigures,
  type BacklogPlace,
  measureBacklog,
} from "../backlog/measure-backlog.ts";
import type { Bench } from "./bench.ts";

/** What a hub on SQLite is like that starts with so many deliveries waiting. */
export interface WaitingFigures extends BacklogFigures {
  readonly waiting: number;
}

/** As many endpoints as share what waits. */
const ENDPOINTS = 100;
const DELIVER_MS = 10_000;

export async function measureWaiting(
  { plan, say }: Bench,
  place: BacklogPlace,
): Promise<readonly WaitingFigures[]> {
  const figures = [];
  for (const waiting of plan.waiting) {
    say(`${waiting} deliveries waiting`);
    const size = { events: waiting / ENDPOINTS, endpoints: ENDPOINTS, deliverMs: DELIVER_MS };
    figures.push({ waiting, ...(await measureBacklog(size, place)) });
  }
  return figures;
}
