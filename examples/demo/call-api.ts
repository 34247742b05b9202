import assert from "node:assert/strict";
import type { Answer, Call } from "./api.ts";
import type { Narrator } from "./narrator.ts";
import type { Stage } from "./stage.ts";

/** Makes a call that creates something, and shows it. @throws {Error} Where it does not. */
export async function callApi(
  { api }: Stage,
  narrator: Narrator,
  call: Call,
): Promise<Answer["body"]> {
  narrator.show(api.curl(call));
  const { status, body } = await api.send(call);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
