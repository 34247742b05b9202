import { type FakeMeta, serializeLikeMeta } from "@wabakit/testing";
import { CUSTOMER, MESSAGE_ID, type Template } from "./notification.ts";

/** A usual text message, as bytes. */
const BODY_BYTES = 1_500;
const SENTENCE =
  "¿Cuándo llega mi pedido nº 4711? Está en https://shop.example/p/99 … ¡gracias! 🎉 ";

/** A number at a fake Meta, as far as the children need to know it; plain data. */
export interface FakeNumber {
  readonly graphUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly template: Template;
}

export function fakeNumber(meta: FakeMeta): FakeNumber {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const { appId, appSecret, verifyToken } = meta.app;
  return {
    graphUrl: meta.url,
    appId,
    appSecret,
    verifyToken: String(verifyToken),
    phoneNumberId,
    accessToken,
    template: template(meta, phoneNumberId),
  };
}

/** A message long enough, cut up around its one change. */
function template(meta: FakeMeta, phoneNumberId: string): Template {
  let body = SENTENCE;
  let whole = "";
  let change = "";
  while (whole.length < BODY_BYTES) {
    const about = { phoneNumberId, from: CUSTOMER, id: MESSAGE_ID, body };
    const payload = meta.textMessage(about);
    whole = serializeLikeMeta(payload).toString("latin1");
    change = serializeLikeMeta(payload.entry[0]?.changes[0]).toString("latin1");
    body += SENTENCE;
  }
  const start = whole.indexOf(change);
  return { head: whole.slice(0, start), change, tail: whole.slice(start + change.length) };
}
