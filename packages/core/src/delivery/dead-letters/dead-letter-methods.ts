import type { z } from "zod";
import type { Context } from "../../app.ts";
import { check } from "../../http/check.ts";
import type { Page } from "../../http/page.ts";
import type { ShownDeadLetter } from "./dead-letter.ts";
import {
  DeadLetterQuery,
  discardDeadLetter,
  findDeadLetter,
  listDeadLetters,
  replayDeadLetter,
  WhichDeadLetters,
} from "./dead-letters.ts";
import { type ReplayedDeadLetters, replayDeadLetters } from "./replay-all.ts";

/** The events that listeners have failed at for the last time; they go with their events. */
export interface DeadLetterMethods {
  /** The last given up first. */
  readonly list: (query?: z.input<typeof DeadLetterQuery>) => Promise<Page<ShownDeadLetter>>;
  /** `undefined` for an id that is not the organization's. */
  readonly get: (id: string) => Promise<ShownDeadLetter | undefined>;
  /** Has listeners hear the event anew, with all their attempts. */
  readonly replay: (id: string) => Promise<ShownDeadLetter>;
  /** The same with all there are now, or those of one type of event. */
  readonly replayAll: (wanted?: { readonly event?: string }) => Promise<ReplayedDeadLetters>;
  /** Lets go of one; its event stays. */
  readonly discard: (id: string) => Promise<void>;
}

export function deadLetterMethods(context: () => Context): DeadLetterMethods {
  return {
    async list(query = {}) {
      const { app, organizationId } = context();
      return listDeadLetters(app, { organizationId }, check(DeadLetterQuery, query));
    },
    async get(id) {
      const { app, organizationId } = context();
      return findDeadLetter(app, { organizationId }, id);
    },
    async replay(id) {
      const { app, organizationId } = context();
      return replayDeadLetter(app, { organizationId }, id);
    },
    async replayAll(wanted = {}) {
      const { app, organizationId } = context();
      return replayDeadLetters(app, { organizationId }, check(WhichDeadLetters, wanted));
    },
    async discard(id) {
      const { app, organizationId } = context();
      return discardDeadLetter(app, { organizationId }, id);
    },
  };
}
