import { type Clock, systemClock } from "@wabakit/core";
import { describe, it } from "vitest";
import { scene } from "../api/scene.ts";

const PAUSES_MS = 5_000;

/** Pauses between tries are of no interest here; deadlines stay. */
const clock: Clock = {
  now: systemClock.now,
  schedule: (at, task) => systemClock.schedule(at - systemClock.now() < PAUSES_MS ? 0 : at, task),
};

/** What can happen to one call alone, */
const TROUBLE = [
  ["cuts every connection", { error: "reset" }],
  ["answers a page of HTML", { error: "html", status: 502 }],
  ["has a moment of trouble", { error: { code: 2 } }],
  ["throttles", { error: { code: 4 } }],
  ["knows of nothing", { error: { code: 100 } }],
  ["lacks a permission", { error: { code: 200 } }],
  ["has restricted the account", { error: { code: 368 } }],
] as const;
/** to all of them, since a token that is dead is dead for reading, too, */
const DEAD = [["takes no token", { error: { code: 190 } }]] as const;
/** and to those that change something. */
const UNVERIFIED = [["does not like the callback", { error: { code: 2200 } }]] as const;

const ALL = [...TROUBLE, ...DEAD].map(([what, fault]) => [what, {}, fault] as const);
const WRITES = (["POST", "DELETE"] as const).flatMap((method) =>
  [...TROUBLE, ...UNVERIFIED].map(
    ([what, fault]) => [`${what} at ${method}`, { method }, fault] as const,
  ),
);

describe("while Meta", () => {
  it.each([...ALL, ...WRITES])(
    "%s, every operation answers as the document says",
    async (_, match, fault) => {
      const here = await scene("express", { clock });
      const times = Number.POSITIVE_INFINITY;
      for (const { method, path, body } of here.requests) {
        const lift = here.meta.fail({ ...match, path: /./, times, ...fault });
        // The client holds it against the document.
        await here.api(method, path, { body });
        lift();
      }
    },
  );
});
