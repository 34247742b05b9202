import { describe, expect, it } from "vitest";
import { claimOf, scene } from "./scene.ts";

const namedField = (path: string) => ({
  status: 400,
  body: {
    error: {
      type: "invalid_request",
      code: "invalid_request",
      message: expect.stringContaining(path),
      fields: [{ path, message: expect.any(String) }],
    },
  },
});

const code = (status: number, name: string) => ({ status, body: { error: { code: name } } });

describe("a token", () => {
  it("that Meta does not know is refused", async () => {
    const here = await scene();
    const account = here.account();
    const answer = await here.connect({ ...claimOf(account), accessToken: "EAAnobodys" });
    expect(answer).toMatchObject(code(424, "meta_token_expired"));
    await here.expectNothingDone(account);
  });

  it("that has expired, or was revoked, is refused", async () => {
    const here = await scene();
    const account = here.account();
    const expired = here.meta.issueToken({ wabaIds: [account.wabaId], expiresAt: 1_000 });
    here.meta.revokeToken(account.accessToken);
    for (const accessToken of [expired, account.accessToken]) {
      const answer = await here.connect({ ...claimOf(account), accessToken });
      expect(answer).toMatchObject(code(424, "meta_token_expired"));
    }
    await here.expectNothingDone(account);
  });

  it("of another Meta app is refused, and named", async () => {
    const here = await scene();
    const account = here.account();
    const { appId } = here.meta.addApp({ appSecret: "another secret" });
    const accessToken = here.meta.issueToken({ appId, wabaIds: [account.wabaId] });
    const answer = await here.connect({ ...claimOf(account), accessToken });
    expect(answer).toMatchObject(namedField("accessToken"));
    await here.expectNothingDone(account);
  });

  it.each([["whatsapp_business_management"], ["whatsapp_business_messaging"]])(
    "with nothing but %s is refused, and the other permission named",
    async (scope) => {
      const here = await scene();
      const account = here.account();
      const accessToken = here.meta.issueToken({ wabaIds: [account.wabaId], scopes: [scope] });
      const answer = await here.connect({ ...claimOf(account), accessToken });
      expect(answer).toMatchObject(namedField("accessToken"));
      expect(JSON.stringify(answer.body)).not.toContain(scope);
      await here.expectNothingDone(account);
    },
  );
});

describe("an account or number", () => {
  it("that the token was not granted for is refused, and named", async () => {
    const here = await scene();
    const [account, foreign] = [here.account(), here.account()];
    const answer = await here.connect({ ...claimOf(account), wabaId: foreign.wabaId });
    expect(answer).toMatchObject(namedField("wabaId"));
    await here.expectNothingDone(account);
    await here.expectNothingDone(foreign);
  });

  it("that the token does not lead to has to be named", async () => {
    const here = await scene();
    const account = here.account();
    const claim = { ...claimOf(account), accessToken: here.meta.issueToken() };
    expect(await here.connect(claim)).toMatchObject(namedField("wabaId"));
    expect(await here.connect({ ...claim, wabaId: account.wabaId })).toMatchObject({ status: 201 });
  });

  it("that Meta does not know is refused", async () => {
    const here = await scene();
    const account = here.account();
    const claim = { ...claimOf(account), accessToken: here.meta.issueToken() };
    const answer = await here.connect({ ...claim, wabaId: "999999" });
    expect(answer).toMatchObject(code(422, "meta_rejected"));
    expect(answer.body.error).toMatchObject({ meta: { code: 100 } });
    await here.expectNothingDone(account);
  });

  it("that is not one of the account's is refused, and named", async () => {
    const here = await scene();
    const [account, foreign] = [here.account(), here.account()];
    const { phoneNumberId } = foreign;
    const answer = await here.connect({ ...claimOf(account), phoneNumberId });
    expect(answer).toMatchObject(namedField("phoneNumberId"));
    await here.expectNothingDone(account);
  });

  it("for a Meta app the hub does not have is refused, and the app named", async () => {
    const here = await scene();
    const account = here.account();
    const answer = await here.connect({ ...claimOf(account), appId: "12345" });
    expect(answer).toMatchObject(namedField("appId"));
    expect(here.meta.requests).toEqual([]);
    await here.expectNothingDone(account);
  });

  it("of another tenant is refused, naming nobody", async () => {
    const here = await scene();
    const account = here.account();
    await here.connect({ ...claimOf(account), tenantId: "secretive" });
    const answer = await here.connect({ ...claimOf(account), tenantId: "curious" });
    expect(answer).toMatchObject(code(409, "number_in_use"));
    expect(JSON.stringify(answer.body)).not.toContain("secretive");
    const { body } = await here.api("GET", "/connections?tenantId=curious");
    expect(body.data).toEqual([]);
  });

  it("of another organization is refused, naming nobody, whichever number it is", async () => {
    const here = await scene();
    const account = here.account();
    const sibling = here.meta.addNumber({ wabaId: account.wabaId });
    const { body: theirs } = await here.connect({ ...claimOf(account), tenantId: "secretive" });
    const other = await here.clientOf({ organizationId: "org_other" });
    const before = here.meta.requests.length;
    for (const phoneNumberId of [account.phoneNumberId, sibling.phoneNumberId]) {
      const body = { tenantId: "curious", ...claimOf(account), phoneNumberId };
      const answer = await other("POST", "/connections", { body });
      expect(answer).toMatchObject(code(409, "waba_in_use"));
      const told = JSON.stringify(answer.body);
      for (const word of ["secretive", String(theirs.connectionId), "org_"]) {
        expect(told).not.toContain(word);
      }
    }
    const asked = here.meta.requests.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.endsWith("/subscribed_apps"))).toEqual([]);
    expect((await other("GET", "/connections")).body.data).toEqual([]);
  });
});

describe("while Meta", () => {
  it.each([
    ["cuts every connection", { error: "reset" }, 503, "meta_unavailable"],
    ["answers a page of HTML", { error: "html", status: 502 }, 503, "meta_unavailable"],
    ["has a moment of trouble", { error: { code: 2 } }, 503, "meta_unavailable"],
    ["throttles", { error: { code: 4 } }, 429, "meta_throttled"],
    ["throttles the account", { error: { code: 80_007 } }, 429, "meta_throttled"],
  ] as const)("%s, nothing is connected", async (_what, fault, status, name) => {
    const here = await scene();
    const account = here.account();
    const lift = here.meta.fail({ path: /./, times: Number.POSITIVE_INFINITY, ...fault });
    const answer = await here.connect(claimOf(account));
    expect(answer).toMatchObject(code(status, name));
    if (status === 503) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    await here.expectNothingDone(account);
    lift();
    expect(await here.connect(claimOf(account))).toMatchObject({ status: 201 });
  });

  it.each([
    ["may or may not have subscribed", { error: "reset" }],
    ["failed halfway", { error: { code: 2 } }],
    ["answers HTML", { error: "html" }],
  ] as const)(
    "%s, the number is connected as soon as Meta is asked again",
    async (_what, fault) => {
      const here = await scene();
      const account = here.account();
      here.meta.fail({ method: "POST", path: /subscribed_apps$/, ...fault });
      const answer = await here.connect(claimOf(account));
      expect(answer).toMatchObject(code(502, "meta_outcome_unknown"));
      expect((await here.api("GET", "/connections")).body.data).toEqual([]);
      expect(await here.connect(claimOf(account))).toMatchObject({ status: 200 });
    },
  );

  it("refuses the subscription, nothing is connected", async () => {
    const here = await scene();
    const account = here.account();
    here.meta.fail({ method: "POST", path: /subscribed_apps$/, error: { code: 200 } });
    expect(await here.connect(claimOf(account))).toMatchObject(code(422, "meta_rejected"));
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
    expect(await here.connect(claimOf(account))).toMatchObject({ status: 201 });
  });

  it("has subscribed but its answer is lost, the number is connected all the same", async () => {
    const here = await scene();
    const account = here.account();
    const fault = { error: "reset", afterEffect: true } as const;
    here.meta.fail({ method: "POST", path: /subscribed_apps$/, ...fault });
    expect(await here.connect(claimOf(account))).toMatchObject({ status: 201 });
  });

  it("has lost patience with our own app, the customer's token is not blamed", async () => {
    const here = await scene();
    const account = here.account();
    const error = { code: 190, message: "Error validating application." };
    here.meta.fail({ path: "/debug_token", error });
    expect(await here.connect(claimOf(account))).toMatchObject(code(422, "meta_rejected"));
  });
});
