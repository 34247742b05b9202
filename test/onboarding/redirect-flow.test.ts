import { describe, expect, test } from "vitest";
import { type Scene, scene, type Tab } from "./scene.ts";

const CALLBACK = "https://app.example.com/connect/onboard/callback";

/** A session whose browser was sent to Meta's dialog. */
async function departed(here: Scene, coexistence = false) {
  const begun = await here.begin();
  const tab = here.tab();
  await tab.post("onboard/start", { link: begun.link });
  const { sessionId } = begun;
  const { body } = await tab.post("onboard/redirect", { sessionId, coexistence });
  const url = new URL(String(body.url));
  return { ...begun, tab, url, state: url.searchParams.get("state") ?? "" };
}

const comeBack = (tab: Tab, query: Readonly<Record<string, string>>) =>
  tab.visit(`/connect/onboard/callback?${new URLSearchParams(query)}`);

const withMeta = (here: Scene) => {
  const { appId, appSecret, verifyToken } = here.meta.app;
  return { appId, appSecret, verifyToken };
};

describe("a sign-up without a popup", () => {
  test("goes to Meta's dialog with all that the popup has, and a state", async () => {
    const here = await scene();
    const { url, state, sessionId } = await departed(here, true);
    expect(url.origin + url.pathname).toBe(`${here.meta.url}/v25.0/dialog/oauth`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: withMeta(here).appId,
      redirect_uri: CALLBACK,
      response_type: "code",
      override_default_response_type: "true",
    });
    expect(JSON.parse(url.searchParams.get("extras") ?? "")).toEqual({
      setup: {},
      sessionInfoVersion: "3",
      featureType: "whatsapp_business_app_onboarding",
    });
    expect(state).toMatch(new RegExp(`^${sessionId}\\.[\\w-]{43}$`));
    expect(JSON.stringify([...here.entries])).not.toContain(state.split(".")[1]);
  });

  test("comes back with a code, and leaves it in no address", async () => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    const code = here.signUp({ ...here.customer(), redirectUri: CALLBACK });
    const answer = await comeBack(tab, { code, state });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(
      `https://app.example.com/connect/onboard?session=${sessionId}#`,
    );
    expect((await tab.post("onboard/open", { sessionId })).body).toMatchObject({
      status: "completed",
    });
  });

  test("tells what stopped it on the page", async () => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    const code = here.signUp({ ...here.customer(), redirectUri: `${CALLBACK}/other` });
    expect((await comeBack(tab, { code, state })).headers.get("location")).toContain(sessionId);
    const { body } = await tab.post("onboard/open", { sessionId });
    expect(body).toMatchObject({ status: "failed", retry: "signup" });
  });

  test("that was cancelled there can begin again", async () => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    const refusal = { error: "access_denied", error_description: "Permissions error" };
    expect((await comeBack(tab, { ...refusal, state })).status).toBe(303);
    expect(await here.session(sessionId)).toMatchObject({
      status: "started",
      lastSignal: { event: "CANCEL", errorMessage: null },
    });
    const { body } = await tab.post("onboard/open", { sessionId });
    expect(body.signal).toEqual({ event: "CANCEL", errorMessage: null });
  });

  test("that has failed there says so, with Meta's words", async () => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    await comeBack(tab, { error_code: "524126", error_message: "Something went wrong", state });
    const { body } = await tab.post("onboard/open", { sessionId });
    expect(body.signal).toEqual({ event: "ERROR", errorMessage: "Something went wrong" });
    const again = await tab.post("onboard/redirect", { sessionId, coexistence: false });
    const next = new URL(String(again.body.url)).searchParams.get("state") ?? "";
    const code = here.signUp({ ...here.customer(), redirectUri: CALLBACK });
    await comeBack(tab, { code, state: next });
    expect((await tab.post("onboard/open", { sessionId })).body).toMatchObject({
      status: "completed",
      signal: null,
    });
  });
});

describe("what comes back with a state that is not ours to spend", () => {
  test.each([
    ["in another browser", (here: Scene) => here.tab(), (state: string) => state],
    ["made up", (_: Scene, tab: Tab) => tab, (state: string) => state.replace(/.{4}$/, "AAAA")],
    ["missing", (_: Scene, tab: Tab) => tab, () => ""],
  ])("takes no code: %s", async (_, tabOf, forge) => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    const code = here.signUp({ ...here.customer(), redirectUri: CALLBACK });
    const answer = await comeBack(tabOf(here, tab), { code, state: forge(state) });
    expect(answer.headers.get("location")).toBe("https://app.example.com/connect/onboard");
    expect(await here.session(sessionId)).toMatchObject({ status: "started", steps: [] });
    const { path } = { path: "/oauth/access_token" };
    expect(here.meta.requests.filter((request) => request.path === path)).toEqual([]);
  });

  test("takes no second code", async () => {
    const here = await scene();
    const { tab, sessionId, state } = await departed(here);
    await comeBack(tab, { error: "access_denied", state });
    const code = here.signUp({ ...here.customer(), redirectUri: CALLBACK });
    await comeBack(tab, { code, state });
    expect(await here.session(sessionId)).toMatchObject({ status: "started", steps: [] });
  });
});
