import type { Receiver } from "./receiver.ts";

/** A text for a number that nobody connected; it is taken in all the same. */
export function strangersText({ meta }: Pick<Receiver, "meta">, body = "Ünï 🎉 a/b") {
  return meta.textMessage({ wabaId: "1", phoneNumberId: "2", from: "15550123456", body });
}
