import { z } from "zod";
import { Failure } from "../failure.ts";
import { type Caller, SCOPES } from "../http/route.ts";
import { safeParse } from "../safe-parse.ts";

/** Strict: a mistyped `tenantIds` must not open every tenant. */
const HostsCaller = z.strictObject({
  organizationId: z.string().min(1).max(128),
  scopes: z.array(z.enum(SCOPES)),
  actor: z.string().min(1).max(256),
  tenantIds: z.array(z.string().min(1).max(128)).optional(),
  expiresAt: z.int().optional(),
});

/**
 * Holds what a host's `authenticate` has answered against what it may answer: a caller, or `undefined`.
 *
 * @throws {Failure} `internal_error` naming what is wrong with it, without its values.
 */
export function checkCaller(answer: unknown): Caller | undefined {
  if (answer === undefined) return undefined;
  const result = safeParse(HostsCaller, answer);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Failure(
    "internal_error",
    `The function given as \`authenticate\` must answer { organizationId, scopes, actor, tenantIds? } or undefined: ${wrong.join("; ")}`,
  );
}
