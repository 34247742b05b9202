import type { Page } from "playwright-core";

/** A partner's page: everything it is told, in order. `known` tells Meta's messages from others'. */
export const PARTNER_PAGE = (metaUrl: string) => `<!DOCTYPE html><button>Connect</button><script>
  window.heard = [];
  window.addEventListener("message", ({ origin, data }) =>
    heard.push({ kind: "message", known: origin === ${JSON.stringify(metaUrl)}, data }));
  window.fbAsyncInit = () => {
    FB.init({ appId: new URLSearchParams(location.search).get("app"), version: "v25.0" });
    document.title = "ready";
  };
  document.querySelector("button").onclick = () => FB.login(
    (response) => heard.push({ kind: "callback", response }),
    { config_id: "77", response_type: "code", override_default_response_type: true,
      extras: { setup: {}, featureType: new URLSearchParams(location.search).get("feature") ?? "" } });
</script><script async crossorigin="anonymous" src="${metaUrl}/en_US/sdk.js"></script>`;

/** What the page was told, as the page kept it. */
type Heard =
  | { readonly kind: "message"; readonly known: boolean; readonly data: unknown }
  | { readonly kind: "callback"; readonly response: { readonly status: string } };

/** Clicks, and waits for the dialog. */
export async function openDialog(page: Page): Promise<Page> {
  const popup = page.waitForEvent("popup");
  await page.getByRole("button").click();
  return popup;
}

/** Does what ends the signup, and tells what the page has heard once the window is closed. */
export async function heardAfter(page: Page, act: (popup: Page) => Promise<void>) {
  const popup = await openDialog(page);
  const closed = popup.waitForEvent("close");
  await act(popup);
  await closed;
  return heardBy(page);
}

/** One line per signal, when the callback is among them; what Meta tells its own SDK is left out. */
export async function heardBy(page: Page): Promise<readonly string[]> {
  await page.waitForFunction('heard.some(({ kind }) => kind === "callback")');
  const heard: readonly Heard[] = await page.evaluate("heard");
  return heard.map(lineOf).filter((line) => line !== "");
}

function lineOf(heard: Heard): string {
  if (heard.kind === "callback") return `callback ${heard.response.status}`;
  const { known, data } = heard;
  if (String(data).startsWith("cb=")) return known ? "" : "forged code";
  const { event, data: told } = typeof data === "string" ? JSON.parse(data) : Object(data);
  const values = [told.waba_id, told.phone_number_id, told.current_step, told.error_code];
  return [known ? typeof data : "forged", event, ...values].filter(Boolean).join(" ");
}
