import { html, script } from "./html.ts";
import { page, type WebAnswer } from "./web-answer.ts";

/**
 * A document that posts a finished signup it has no right to, and a code, to the page that opened the
 * dialog it is framed by. It is served under this machine's other name, so its origin is another one.
 */
export function forgerPage(query: URLSearchParams): WebAnswer {
  const forged = {
    data: { phone_number_id: "666000000000001", waba_id: "666000000000002", business_id: "666" },
    type: "WA_EMBEDDED_SIGNUP",
    event: "FINISH",
  };
  const messages = [JSON.stringify(forged), forged, `cb=${query.get("cb")}&code=AQforged`];
  const code = `for (const message of ${JSON.stringify(messages)}) parent.opener.postMessage(message, "*");`;
  const { headers, ...rest } = page(html`${script("", code)}`);
  const { "x-frame-options": _, ...framed } = headers;
  return { ...rest, headers: framed };
}
