import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, it } from "vitest";
import type { ConnectedNumber } from "../connections/waba.ts";
import { newId } from "../crypto/ids.ts";
import type { HttpRequest } from "../http/message.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { createConfirmPage } from "./confirm-page.ts";
import { confirmLink } from "./link.ts";

const store = keyvStore(new Keyv());
const parts = {
  clock: { now: () => 1_000, schedule: () => () => {} },
  rootSecret: { derive: () => Buffer.alloc(32, 1), isCurrent: true },
  pagesUrl: "https://app.example.com/connect",
  heartbeat: { dueSoonLeadMs: 1_000 },
  emit: store.commit,
};

// A link is made of nothing else.
const number = { connectionId: newId("conn_"), heartbeatLastConfirmedAt: 1 } as ConnectedNumber;
const path = confirmLink(parts, number).url.replace("https://app.example.com", "");

const request = (method: string): HttpRequest => ({
  method,
  path,
  query: new URLSearchParams(),
  headers: { "accept-language": "es" },
  readBody: async () => ({ bytes: new Uint8Array(), exact: true }),
  signal: new AbortController().signal,
  remoteAddress: undefined,
});

const onRefused = () => {};

it.each(["GET", "POST"])(
  "a store that does not answer is never a link that has ended: %s",
  async (method) => {
    await store.start();
    const away = faultyStore(store, { at: () => true, mode: "before" });
    const page = createConfirmPage(
      { parts: () => ({ ...parts, store: away }), onRefused },
      "/connect",
    );
    const answer = await page(request(method));
    expect(answer?.status).toBe(503);
    expect(answer?.headers).toMatchObject({ "retry-after": "60", "content-language": "es" });
  },
);

it("what is a bug goes to the host", async () => {
  const broken = () => {
    throw new TypeError("a bug");
  };
  const page = createConfirmPage({ parts: broken, onRefused }, "/connect");
  await expect(page(request("GET"))).rejects.toThrow("a bug");
});

it("a body of a size nobody needs is not read", async () => {
  let asked = 0;
  const page = createConfirmPage({ parts: () => ({ ...parts, store }), onRefused }, "/connect");
  await page({
    ...request("POST"),
    async readBody(maxBytes) {
      asked = maxBytes;
      return { bytes: new Uint8Array(), exact: true };
    },
  });
  expect(asked).toBe(1_024);
});
