import { Failure, type Hub } from "@wabakit/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readWaba } from "../../packages/core/src/connections/waba.ts";
import { arm, type Fault, withEveryFault } from "../failpoints/every-fault.ts";
import type { Place } from "../failpoints/scenario.ts";
import { type Ground, ground, type World, world } from "../failpoints/world.ts";

/** Longer than a sign-up that was cut short may be left alone. */
const RECOVERY_MS = 240_000;

let here: Ground;
beforeAll(async () => {
  here = await ground();
});
afterAll(() => here.close());

/** A session, and a customer who has signed up for it. */
interface Signup {
  readonly sessionId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly code: string;
}

async function prepare(world: World): Promise<Signup> {
  const { meta } = world.ground;
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId, platformType: "NOT_APPLICABLE" });
  const input = { tenantId: "acme", tenantName: "Acme", expiresInSeconds: 3_600 };
  const { sessionId } = await world.drive(world.hub.onboarding.create(input));
  const { code } = meta.finishSignup({ wabaId, phoneNumberId, announce: false });
  world.mark();
  return { sessionId, wabaId, phoneNumberId, code };
}

async function runSignup({ ground, atomicity }: Place, fault?: Fault) {
  const place = await world(ground, atomicity);
  try {
    const signup = await prepare(place);
    const { sessionId, code } = signup;
    arm(place, fault);
    const hanging = place.store.hung.then(() => {
      throw new Failure("store_unavailable", "The caller has given up.");
    });
    hanging.catch(() => {});
    const running = Promise.race([place.hub.onboarding.complete(sessionId, { code }), hanging]);
    const isDone = await place.drive(running).then(() => true, expectFailure);
    const calls = { store: place.store.calls(), graph: place.graph.calls() };
    arm(place);
    const hub = await place.restart();
    await place.passTime(RECOVERY_MS);
    await expectWhole(place, { hub, signup, isDone });
    return calls;
  } finally {
    await place.close();
  }
}

function expectFailure(error: unknown): boolean {
  expect(error).toBeInstanceOf(Failure);
  return false;
}

interface AtRest {
  readonly hub: Hub;
  readonly signup: Signup;
  /** Whether the caller was told that it is done. */
  readonly isDone: boolean;
}

/** What must hold once things have come to rest. */
async function expectWhole(place: World, { hub, signup, isDone }: AtRest): Promise<void> {
  const { meta } = place.ground;
  const { sessionId, code } = signup;
  const session = await place.drive(hub.onboarding.get(sessionId));
  expect(["created", "completed", "failed"], "nothing is under way").toContain(session.status);
  if (isDone) expect(session.status, "what was confirmed is done").toBe("completed");
  const spent = meta.requests.filter(({ body }) => body.includes(code));
  expect(spent.length, "a code is exchanged once").toBeLessThanOrEqual(1);
  expectTold(place, session);
  if (session.status !== "completed") await mend(place, hub, signup);
  await expectConnected(place, signup);
}

function expectTold(place: World, { status }: { readonly status: string }): void {
  const told = (name: string) => place.events().filter(({ type: event }) => event === name).length;
  expect(told("onboarding.started"), "begun").toBe(status === "created" ? 0 : 1);
  expect(told("onboarding.completed"), "ended well").toBe(status === "completed" ? 1 : 0);
  expect(told("onboarding.failed") > 0, "failed").toBe(
    status === "failed" || told("onboarding.failed") > 0,
  );
}

/** What stopped goes on with the token it has, or begins again with another code. */
async function mend(place: World, hub: Hub, signup: Signup): Promise<void> {
  const { sessionId, wabaId, phoneNumberId } = signup;
  const { meta } = place.ground;
  try {
    await patiently(place, () => hub.onboarding.resume(sessionId));
  } catch (error) {
    expect(error).toMatchObject({ code: "token_required" });
    const { code } = meta.finishSignup({ wabaId, phoneNumberId, announce: false });
    await place.drive(hub.onboarding.complete(sessionId, { code }));
  }
}

/** Comes again, as a caller is told to, while a node that was killed still holds what it held. */
async function patiently(place: World, ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await place.drive(ask()));
    } catch (error) {
      const isBusy = error instanceof Failure && error.code === "connection_busy";
      if (!isBusy || tries === 5) throw error;
    }
  }
}

async function expectConnected(place: World, { wabaId, sessionId }: Signup): Promise<void> {
  const { meta } = place.ground;
  const waba = (await readWaba(place.stored, meta.app.appId, wabaId))?.value;
  expect(
    waba?.numbers.map(({ status }) => status),
    "the number works",
  ).toEqual(["active"]);
  expect(waba?.intent).toBeNull();
  expect(meta.subscriptionOf(wabaId)).toEqual({});
  const completed = place.events().filter(({ type: event }) => event === "onboarding.completed");
  expect(completed.map(({ data }) => data)).toMatchObject([{ sessionId }]);
}

describe.each(["process", "cluster"] as const)("a sign-up on a store for one %s", (atomicity) => {
  test("comes to a working number, whichever call fails, is lost, or is the last one", async () => {
    const place = { ground: here, atomicity };
    const calls = await runSignup(place);
    expect(calls.store).toBeGreaterThan(20);
    const failed = await withEveryFault(calls, (fault) => runSignup(place, fault));
    expect(failed).toEqual([]);
  }, 300_000);
});

test("a sign-up whose process dies once it was resumed goes on by itself", async () => {
  const place = await world(here, "process");
  try {
    const { meta } = place.ground;
    const { wabaId } = meta.addWaba();
    const twoStep = { platformType: "NOT_APPLICABLE", pin: "123456" } as const;
    const { phoneNumberId } = meta.addNumber({ wabaId, ...twoStep });
    const input = { tenantId: "acme", tenantName: "Acme" };
    const { sessionId } = await place.drive(place.hub.onboarding.create(input));
    const { code } = meta.finishSignup({ wabaId, phoneNumberId, announce: false });
    await place.drive(place.hub.onboarding.complete(sessionId, { code })).catch(expectFailure);
    await place.passTime(RECOVERY_MS);

    arm(place, { on: "graph", n: 1, fault: "killed" });
    const pin = "123456";
    await place.drive(place.hub.onboarding.resume(sessionId, { pin })).catch(expectFailure);
    arm(place);
    const hub = await place.restart();
    await place.passTime(RECOVERY_MS);
    expect((await place.drive(hub.onboarding.get(sessionId))).status).toBe("completed");
  } finally {
    await place.close();
  }
});

test("a sign-up whose process dies once it was claimed goes on by itself", async () => {
  const place = await world(here, "process");
  try {
    const { meta } = place.ground;
    const { wabaId } = meta.addWaba();
    const { phoneNumberId } = meta.addNumber({ wabaId, platformType: "NOT_APPLICABLE" });
    meta.finishSignup({ wabaId, phoneNumberId, announce: false });
    const { body, headers } = meta.sign(meta.partnerAdded({ wabaId }));
    const request = new Request("https://app.example.com/webhooks/meta", {
      method: "POST",
      body,
      headers,
    });
    expect((await place.drive(place.hub.fetch(request)))?.status).toBe(200);
    await place.passTime(60_000);
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });

    arm(place, { on: "graph", n: 4, fault: "killed" });
    const input = { tenantId: "acme", accessToken };
    await place.drive(place.hub.onboarding.claimRecovered(wabaId, input)).catch(expectFailure);
    arm(place);
    const hub = await place.restart();
    await place.passTime(RECOVERY_MS);
    const { data } = await place.drive(hub.onboarding.list());
    expect(data).toMatchObject([{ wabaId, phoneNumberId, status: "completed" }]);
  } finally {
    await place.close();
  }
});
