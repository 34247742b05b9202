import assert from "node:assert/strict";
import type { Stage } from "./stage.ts";

/** Does what the page of a link does when somebody clicks through it. @returns What it shows at the end. */
export async function playCustomer(
  { meta, playground }: Stage,
  onboardingUrl: string,
): Promise<string> {
  const { href, hash } = new URL(onboardingUrl);
  const page = await fetch(href);
  assert.equal(page.status, 200);
  const start = await post(`${page.url}/start`, { link: hash.slice(1) });
  const [cookie = ""] = start.headers.getSetCookie();
  const { sessionId } = await read(start);
  const { wabaId, phoneNumberId } = playground;
  const { code } = meta.finishSignup({ wabaId, phoneNumberId });
  const claim = { sessionId, code, wabaId, phoneNumberId, coexistence: false };
  const finish = await post(`${page.url}/finish`, claim, cookie.split(";")[0]);
  return (await read(finish)).status;
}

function post(url: string, body: object, cookie = ""): Promise<Response> {
  const headers = { "content-type": "application/json", cookie };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function read(response: Response): Promise<{ sessionId: string; status: string }> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}
