import { describe, expect, test } from "vitest";
import { type Customer, NEW_NUMBER, type Scene, scene } from "./scene.ts";

/** What the dialog tells the browser of a new number. */
const claim = ({ wabaId, phoneNumberId }: Customer) => ({ wabaId, phoneNumberId });

const registrations = ({ meta }: Scene) =>
  meta.requests.filter(({ path }) => path.endsWith("/register"));
const exchanges = ({ meta }: Scene) =>
  meta.requests.filter(({ path }) => path.endsWith("/oauth/access_token"));
const syncs = ({ meta }: Scene) =>
  meta.requests.filter(({ path }) => path.endsWith("/smb_app_data"));

describe("a sign-up of a new number", () => {
  test("makes a registered number of a code, and tells it with the connection's fields", async () => {
    const here = await scene();
    const customer = here.customer();
    const { sessionId } = await here.begin({ metadata: { plan: "pro" } });
    const code = here.signUp(customer);

    const { status, body } = await here.complete(sessionId, { ...claim(customer), code });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...claim(customer), sessionId, status: "completed", step: null });
    const { body: connection } = await here.api("GET", `/connections/${body.connectionId}`);
    expect(connection).toMatchObject({
      status: "active",
      statusReason: null,
      tenantId: "acme",
      metadata: { plan: "pro" },
      connectionMode: "cloud_api",
    });
    const { data } = await here.event("onboarding.completed");
    expect(data).toEqual({ ...connection, sessionId });
    expect(here.meta.subscriptionOf(customer.wabaId)).toBeDefined();
    expect(registrations(here)).toHaveLength(1);
  });

  test("tells each of its steps, in their order", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    await here.complete(sessionId, { code: here.signUp(here.customer()) });
    const { steps } = await here.session(sessionId);
    expect((steps as unknown as { step: string; outcome: string }[]).map(toLine)).toEqual([
      "exchange done",
      "inspect done",
      "discover done",
      "conflict done",
      "subscribe done",
      "register done",
      "sync done",
      "mode done",
      "health done",
      "complete done",
    ]);
  });

  test("keeps the PIN it was registered with, and gives it again the next time", async () => {
    const here = await scene();
    const customer = here.customer();
    const first = await here.begin();
    await here.complete(first.sessionId, { code: here.signUp(customer) });
    // As after a move: it is registered no more, and its PIN stays.
    here.meta.updateNumber(customer.phoneNumberId, { platform_type: "NOT_APPLICABLE" });

    const again = await here.begin();
    const answer = await here.complete(again.sessionId, { code: here.signUp(customer) });
    expect(answer.body).toMatchObject({ status: "completed" });
    const pins = registrations(here).map(({ body }) => JSON.parse(body).pin);
    expect(pins).toHaveLength(2);
    expect(new Set(pins).size).toBe(1);
  });

  test("is not registered where it is registered already", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    const code = here.signUp(here.customer({ platformType: "CLOUD_API" }));
    expect((await here.complete(sessionId, { code })).body).toMatchObject({ status: "completed" });
    expect(registrations(here)).toEqual([]);
  });

  test("that Meta still reviews is pending, served, and active once Meta is done", async () => {
    const here = await scene();
    const customer = here.customer({ platformType: "CLOUD_API", fields: { status: "PENDING" } });
    const { sessionId } = await here.begin();
    const { body } = await here.complete(sessionId, { code: here.signUp(customer) });
    expect(body.status).toBe("completed");
    const path = `/connections/${body.connectionId}`;
    expect((await here.api("GET", path)).body).toMatchObject({
      status: "pending",
      statusReason: "in_review",
    });
    expect(here.meta.subscriptionOf(customer.wabaId)).toBeDefined();

    here.meta.updateNumber(customer.phoneNumberId, { status: "CONNECTED" });
    await here.api("POST", `${path}/health/refresh`);
    expect((await here.api("GET", path)).body).toMatchObject({ status: "active" });
    const { data } = await here.event("connection.status_changed");
    expect(data).toMatchObject({ from: "pending", to: "active" });
  });
});

describe("a sign-up of a number of the WhatsApp Business app", () => {
  test("finds the number, never registers it, and asks for contacts and history once", async () => {
    const here = await scene();
    const customer = here.customer({ platformType: "NOT_APPLICABLE" });
    const { sessionId } = await here.begin();
    const code = here.signUp({ ...customer, coexistence: true });
    const { wabaId } = customer;
    const { body } = await here.complete(sessionId, { code, wabaId, coexistence: true });
    expect(body).toMatchObject({ status: "completed", phoneNumberId: customer.phoneNumberId });

    const { body: connection } = await here.api("GET", `/connections/${body.connectionId}`);
    expect(connection).toMatchObject({ connectionMode: "coexistence", heartbeatStatus: "OK" });
    expect(connection.historySyncTriggeredAt).not.toBeNull();
    expect(connection.contactSyncTriggeredAt).not.toBeNull();
    expect(registrations(here)).toEqual([]);
    expect(syncs(here).map(({ body }) => JSON.parse(body).sync_type)).toEqual([
      "smb_app_state_sync",
      "history",
    ]);
  });

  test("is not registered on the browser's word alone, whatever Meta says of it", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER);
    const { sessionId } = await here.begin();
    const code = here.signUp(customer);
    const { body } = await here.complete(sessionId, { code, coexistence: true });
    expect(body.status).toBe("completed");
    expect(registrations(here)).toEqual([]);
  });
});

describe("what the browser has not named", () => {
  test("is found by the token", async () => {
    const here = await scene();
    const customer = here.customer();
    const { sessionId } = await here.begin();
    const { body } = await here.complete(sessionId, { code: here.signUp(customer) });
    expect(body).toMatchObject({ ...claim(customer), status: "completed" });
  });

  test("is held against the account that was named, where the token names none", async () => {
    const here = await scene();
    const customer = here.customer();
    const { sessionId } = await here.begin();
    const code = here.signUp({ ...customer, listTargets: false });
    const { wabaId } = customer;
    expect((await here.complete(sessionId, { code, wabaId })).body).toMatchObject({
      ...claim(customer),
      status: "completed",
    });
  });

  test("is found among the accounts that Meta says were shared, where nothing names one", async () => {
    const here = await scene();
    const customer = here.customer();
    const { sessionId } = await here.begin();
    const code = here.signUp({ ...customer, listTargets: false });
    const told = here.meta.partnerAdded({ wabaId: customer.wabaId });
    await here.meta.send(here.callbackUrl, told);
    await here.event("webhook.unrouted");
    expect((await here.complete(sessionId, { code })).body).toMatchObject({
      ...claim(customer),
      status: "completed",
    });
  });

  test("is asked for, where there are several numbers", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const { sessionId } = await here.begin();
    const { wabaId } = customer;
    const code = here.signUp({ wabaId });
    const refused = await here.complete(sessionId, { code, wabaId });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: "number_ambiguous", errorCategory: "number_ambiguous" } },
    });
    const ids = (numbers: unknown) =>
      (numbers as { phoneNumberId: string }[]).map(({ phoneNumberId }) => phoneNumberId).sort();
    const { phoneNumbers } = refused.body.error as unknown as { phoneNumbers: unknown };
    expect(ids(phoneNumbers)).toEqual([...customer.phoneNumberIds].sort());
    const waiting = await here.session(sessionId);
    expect(waiting).toMatchObject({ status: "choose_number" });
    expect(ids(waiting.phoneNumbers)).toEqual([...customer.phoneNumberIds].sort());

    const [, chosen] = customer.phoneNumberIds;
    const done = await here.resume(sessionId, { phoneNumberId: chosen });
    expect(done.body).toMatchObject({ status: "completed", phoneNumberId: chosen });
    expect(exchanges(here)).toHaveLength(1);
  });

  test("is the number that nobody has connected, where its siblings are", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const [first, second] = customer.phoneNumberIds;
    const one = await here.begin();
    await here.complete(one.sessionId, { code: here.signUp(customer), phoneNumberId: first });
    const other = await here.begin();
    const { body } = await here.complete(other.sessionId, { code: here.signUp(customer) });
    expect(body).toMatchObject({ status: "completed", phoneNumberId: second });
    expect((await here.api("GET", `/wabas/${customer.wabaId}`)).body.connectionIds).toHaveLength(2);
  });
});

function toLine({ step, outcome }: { readonly step: string; readonly outcome: string }): string {
  return `${step} ${outcome}`;
}
