import { z } from "zod";

/** An instant that a caller gives: ISO 8601, in UTC or with an offset. */
export const InstantInput = z.iso.datetime({
  offset: true,
  error: "must be an instant in ISO 8601, e.g. 2026-11-21T10:00:00Z",
});
