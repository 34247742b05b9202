import { keyvStore } from "@wabakit/core";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { type Session, sessionKey } from "../../packages/core/src/onboarding/sessions/session.ts";
import { type Scene, scene } from "./scene.ts";

/** What another process makes of a session, past everything that would notice. */
async function change(here: Scene, sessionId: string, fields: Partial<Session>): Promise<void> {
  const store = keyvStore(new Keyv({ store: here.entries }));
  await store.start();
  const key = sessionKey(sessionId);
  const stored = await store.get<Session>(key);
  await store.commit({ guards: [], writes: [{ key, value: { ...stored?.value, ...fields } }] });
  await store.stop();
}

test.each([
  ["the exchange", "/oauth/access_token"],
  ["a step", /subscribed_apps$/],
])("whoever was paused in %s changes nothing that another has gone on with", async (_, path) => {
  const here = await scene();
  const { sessionId } = await here.begin();
  const hold = here.meta.hold({ path });
  const paused = here.complete(sessionId, { code: here.signUp(here.customer()) });
  await hold.reached;
  await change(here, sessionId, { status: "completed", step: null, endedAt: 1 });
  hold.release();
  expect(await paused).toMatchObject({
    status: 409,
    body: { error: { code: "connection_busy" } },
  });
  expect(await here.session(sessionId)).toMatchObject({ status: "completed", step: null });
});
