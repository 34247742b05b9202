import { expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { finish, leave, metaWindow } from "./meta-window.ts";
import { type Scene, scene } from "./scene.ts";
import { choose, en, pressLast, see } from "./screen.ts";
import { complete, publicKeyFor, shop } from "./shop.ts";
import { expectConnected, WELCOME } from "./visit.ts";

describeInChromium("a page of a host, through the browser SDK", () => {
  test("has a number connected by its own server, in a session", async () => {
    const here = await scene();
    const { wabaId, phoneNumberId } = here.customer();
    const { sessionId } = await here.begin();
    const { opened, given } = await shop(here, { target: { sessionId } });
    const popup = await opened();
    await see(popup, WELCOME);
    await popup.getByText(en.madeFor("Acme")).waitFor();
    await choose(popup, en.newNumber);
    await finish(await metaWindow(popup));
    const code = expect.any(String);
    const value = { wabaId, phoneId: phoneNumberId, code, coexistence: false };
    const outcome = await given();
    expect(outcome).toEqual({ value });
    await complete(here, sessionId, outcome);
    await expectConnected(here, sessionId, { wabaId, phoneNumberId });
    expect(popup.isClosed()).toBe(true);
  });

  test("has a number connected that was begun for a channel, with the script", async () => {
    const here = await scene();
    const { wabaId, phoneNumberId } = here.customer();
    const { opened, given } = await shop(here, { way: "script" });
    const popup = await opened();
    await see(popup, WELCOME);
    await choose(popup, en.appNumber);
    await finish(await metaWindow(popup));
    const outcome = await given();
    const code = expect.any(String);
    expect(outcome).toEqual({ value: { wabaId, phoneId: null, code, coexistence: true } });
    const { sessionId } = await here.begin();
    await complete(here, sessionId, outcome);
    await expectConnected(here, sessionId, { wabaId, phoneNumberId });
    expect(await here.connection()).toMatchObject({ connectionMode: "coexistence" });
  });
});

/** So long the SDK waits for the hub's page. */
const READY_MS = 30_000;

describeInChromium("the browser SDK rejects", () => {
  test.each([
    [
      "origin_not_allowed",
      "for a page of another origin",
      async (here: Scene) => ({ origin: here.site.url.replace("127.0.0.1", "localhost") }),
    ],
    ["unknown_key", "without a key that the hub knows", async () => ({ publicKey: "pk_nobodys" })],
    [
      "unknown_key",
      "for a session that is none of the key's organization",
      async () => ({ target: { sessionId: "sess_nobodys" } }),
    ],
    [
      "session_closed",
      "for a session that is over",
      async (here: Scene) => {
        const { sessionId } = await here.begin();
        await here.api("POST", `/onboarding/sessions/${sessionId}/cancel`, { body: {} });
        return { target: { sessionId } };
      },
    ],
  ] as const)("with %s %s", async (reason, _, wishIn) => {
    const here = await scene();
    const { connect, given } = await shop(here, await wishIn(here));
    await connect();
    expect(await given()).toEqual({ reason });
  });

  test("with popup_blocked where no window opens", async () => {
    const { page, connect, given } = await shop(await scene());
    await page.evaluate("window.open = () => null");
    await connect();
    expect(await given()).toEqual({ reason: "popup_blocked" });
  });

  test("with timeout when the hub does not answer", async () => {
    const { page, connect, given } = await shop(await scene());
    await page.context().route("**/connect/sdk", () => {});
    await connect();
    await page.clock.fastForward(READY_MS);
    expect(await given()).toEqual({ reason: "timeout" });
  });

  test("with popup_closed when somebody closes the window", async () => {
    const { opened, given } = await shop(await scene());
    const popup = await opened();
    await see(popup, WELCOME);
    await popup.close();
    expect(await given()).toEqual({ reason: "popup_closed" });
  });

  test("with cancelled when somebody gives up, at once or after Meta's window", async () => {
    const here = await scene();
    here.customer();
    const first = await shop(here);
    await pressLast(await first.opened(), en.cancel);
    expect(await first.given()).toEqual({ reason: "cancelled" });

    const second = await shop(here);
    const popup = await second.opened();
    await leave(await metaWindow(popup), "cancel");
    await see(popup, en.left[0]);
    await pressLast(popup, en.cancel);
    expect(await second.given()).toEqual({ reason: "cancelled" });
  });

  test("with meta_error when somebody gives up because it fails at Meta", async () => {
    const here = await scene();
    here.customer();
    const { opened, given } = await shop(here);
    const popup = await opened();
    await leave(await metaWindow(popup), "error");
    await see(popup, en.metaFailed[0]);
    await pressLast(popup, en.cancel);
    expect(await given()).toEqual({ reason: "meta_error" });
  });

  test("with unavailable when somebody gives up because Meta's script does not load", async () => {
    const { page, opened, given } = await shop(await scene());
    await page.context().route("**/sdk.js", (route) => route.abort("blockedbyclient"));
    const popup = await opened();
    await see(popup, WELCOME);
    await popup.getByText(en.scriptMissing).waitFor();
    await pressLast(popup, en.cancel);
    expect(await given()).toEqual({ reason: "unavailable" });
  });
});

describeInChromium("a site that says it is another one", () => {
  test("is not told what comes of it", async () => {
    const here = await scene();
    here.customer();
    const publicKey = await publicKeyFor(here, "https://shop.example.com");
    const someone = await person();
    someone.excuse(/Failed to execute 'postMessage'/);
    await someone.context.addInitScript(
      `window.heard = []; addEventListener("message", ({ data }) => heard.push(data));`,
    );
    const thief = await someone.open(here.site.url);
    const claimed = { publicKey, origin: "https://shop.example.com", channelId: "support" };
    const url = JSON.stringify(`${here.url}/connect/sdk#${new URLSearchParams(claimed)}`);
    const opening = thief.waitForEvent("popup");
    await thief.evaluate(`open(${url}); undefined`);
    const popup = await opening;
    await see(popup, WELCOME);
    const closed = popup.waitForEvent("close");
    await finish(await metaWindow(popup));
    await closed;
    expect(await thief.evaluate("heard")).toEqual([]);
  });
});

describeInChromium("the SDK's window that nobody has opened", () => {
  test.each(["", "#publicKey=pk_1&origin=https://shop.example.com"])(
    "says so, and asks nothing: %s",
    async (fragment) => {
      const here = await scene();
      const page = await (await person()).open(`${here.url}/connect/sdk${fragment}`);
      await see(page, en.noOpener[0]);
      expect(here.log.map(({ method }) => method)).toEqual(["GET"]);
    },
  );
});
