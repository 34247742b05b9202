import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { ShownDeadLetter } from "./dead-letter.ts";
import {
  DeadLetterQuery,
  discardDeadLetter,
  findDeadLetter,
  listDeadLetters,
  replayDeadLetter,
} from "./dead-letters.ts";

/** What the API offers over events that the host's listeners have given up. */
export const deadLetterRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/dead-letters",
    summary: "List the events that listeners have failed at for the last time, newest first.",
    scope: "webhooks:read",
    success: 200,
    query: DeadLetterQuery,
    response: pageOf(ShownDeadLetter),
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listDeadLetters(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/dead-letters/:id",
    summary: "Get a dead letter by its event's id.",
    scope: "webhooks:read",
    success: 200,
    response: ShownDeadLetter,
    async run(app: App, { caller, params }) {
      const letter = await findDeadLetter(app, caller, params.id ?? "");
      if (!letter) throw new Failure("not_found");
      return { value: letter };
    },
  }),
  route({
    method: "POST",
    path: "/dead-letters/:id/retry",
    summary: "Have listeners hear the event anew, with all their attempts.",
    scope: "webhooks:write",
    success: 200,
    response: ShownDeadLetter,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await replayDeadLetter(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "DELETE",
    path: "/dead-letters/:id",
    summary: "Let go of a dead letter; its event stays.",
    scope: "webhooks:write",
    success: 200,
    response: z.strictObject({ id: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      await discardDeadLetter(app, caller, params.id ?? "");
      return { value: { id: params.id ?? "", deleted: true as const } };
    },
  }),
];
