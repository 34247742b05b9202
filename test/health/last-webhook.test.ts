import { Failure, type Store } from "@wabakit/core";
import { fakeClock } from "@wabakit/testing";
import { describe, expect, it } from "vitest";
import { lastWebhookKey } from "../../packages/core/src/connections/health/last-heard.ts";
import { connect } from "../receiving/connect.ts";
import { receiver } from "../receiving/receiver.ts";

const SECOND_MS = 1_000;

/** The keys of each commit that came through; the first ones with a note are refused. */
function recording(into: (readonly string[])[], refusals: number) {
  let left = refusals;
  return (store: Store): Store => ({
    ...store,
    atomicity: store.atomicity,
    async commit(change) {
      const isNote = change.writes.some(({ key }) => key.startsWith("last-webhook:"));
      if (isNote && left-- > 0) throw new Failure("store_unavailable");
      const landed = await store.commit(change);
      if (landed) into.push(change.writes.map(({ key }) => key));
      return landed;
    },
  });
}

async function arrange(refusals = 0) {
  const clock = fakeClock();
  const commits: (readonly string[])[] = [];
  const here = await receiver({ clock, between: recording(commits, refusals) });
  const { phoneNumberId, connectionId } = await connect(here);
  const send = async () => {
    const message = here.meta.textMessage({ phoneNumberId, body: "Hello" });
    expect(await here.meta.send(here.callbackUrl, message)).toMatchObject({ status: 200 });
    await here.quiet();
  };
  const at = lastWebhookKey(connectionId);
  const notes = () => commits.filter((keys) => keys.includes(at));
  return { ...here, clock, commits, send, at, notes };
}

describe("the last webhook of a connection", () => {
  it("is noted with the items it brought, and in no commit of its own", async () => {
    const { send, notes } = await arrange();
    await send();
    expect(notes()).toHaveLength(1);
    expect(notes()[0]?.filter((key) => key.startsWith("item:"))).toHaveLength(1);
  });

  it("is noted once a minute, however much arrives", async () => {
    const { clock, send, notes, heard } = await arrange();
    const startedAt = clock.now();
    while (clock.now() - startedAt < 50 * SECOND_MS) await send();
    const within = heard.length;
    expect(within).toBeGreaterThan(5);
    expect(notes()).toHaveLength(1);
    await clock.advance(60 * SECOND_MS);
    await send();
    expect(heard.length).toBe(within + 1);
    expect(notes()).toHaveLength(2);
  });

  it("is noted also when the commit that was to bring it has failed before", async () => {
    const { send, notes, heard } = await arrange(1);
    await send();
    expect(heard).toHaveLength(1);
    expect(notes()).toHaveLength(1);
  });
});
