import { expect, test } from "vitest";
import { describeInChromium } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, scene } from "./scene.ts";
import { choose, en, press, see } from "./screen.ts";
import { DONE, expectConnected, FAILED, timesAsked, visit } from "./visit.ts";

describeInChromium("an account in which more than one number is new", () => {
  test("lets the person choose one", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, { ...NEW_NUMBER, verifiedName: "Second Shop" });
    const [, phoneNumberId = ""] = customer.phoneNumberIds;
    const { page, sessionId } = await visit(here);
    await finish(await metaWindow(page), { phoneNumberId: "" });
    await see(page, en.chooseNumber[0]);
    expect(await here.session(sessionId)).toMatchObject({ status: "choose_number" });

    await press(page, en.connectNumber);
    await page.getByRole("alert").getByText(en.chooseFirst).waitFor();
    await see(page, en.chooseNumber[0], "input");
    await choose(page, "Second Shop");
    await press(page, en.connectNumber);
    await see(page, DONE);
    await expectConnected(here, sessionId, { ...customer, phoneNumberId });
  });
});

describeInChromium("a number with two-step verification", () => {
  test("is registered with the PIN that the person enters", async () => {
    const here = await scene();
    const customer = here.customer({ ...NEW_NUMBER, pin: "120034" });
    const { page, sessionId } = await visit(here);
    await finish(await metaWindow(page));
    await see(page, en.pin[0]);
    const pin = page.getByRole("textbox", { name: en.pinLabel });
    const problem = page.getByRole("alert");

    await pin.fill("12003");
    await press(page, en.pinButton);
    await problem.getByText(en.pinShape).waitFor();
    await see(page, en.pin[0], "input");
    await pin.fill("999999");
    await press(page, en.pinButton);
    await problem.getByText(en.pinWrong).waitFor();
    await see(page, en.pin[0]);
    await pin.fill("120 034");
    await press(page, en.pinButton);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(timesAsked(here, `/${customer.phoneNumberId}/register`)).toBe(3);
  });
});

describeInChromium("an account without a number", () => {
  test("is said to have none, and goes on once there is one", async () => {
    const here = await scene();
    const { wabaId } = here.meta.addWaba();
    const { page, sessionId } = await visit(here);
    await finish(await metaWindow(page));
    await see(page, FAILED);
    await page.getByText(en.errors.number_missing).waitFor();
    const { phoneNumberId } = here.meta.addNumber({ ...NEW_NUMBER, wabaId });
    await press(page, en.tryAgain);
    await see(page, DONE);
    await expectConnected(here, sessionId, { wabaId, phoneNumberId });
  });
});

describeInChromium("a number that Meta still reviews", () => {
  test("is connected, and the page says what is missing", async () => {
    const here = await scene();
    here.customer({ fields: { status: "PENDING" } });
    const { page } = await visit(here);
    await finish(await metaWindow(page));
    await see(page, DONE);
    await page.getByRole("status").getByText(en.pending).waitFor();
    expect(await here.connection()).toMatchObject({ status: "pending", statusReason: "in_review" });
  });
});
