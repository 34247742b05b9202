import { randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { FakeMeta } from "@wabakit/testing";

/** A number at a fake Meta, ready to be connected, with a customer who can be made to write. */
export interface Playground {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  /** What is posted here as text, the customer writes: Meta sends the webhook. */
  readonly writeUrl: string;
  readonly close: () => Promise<void>;
}

/** The customer. */
export const SHEENA = { from: "15550123456", name: "Sheena" };

/** Invents the number, and listens on a free port of this machine. */
export async function openPlayground(meta: FakeMeta, callbackUrl: string): Promise<Playground> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  meta.setAppCallback({ callbackUrl });

  const server = createServer(
    writing(async (body) => {
      const payload = meta.textMessage({ ...SHEENA, phoneNumberId, body, id: newMessageId() });
      return (await meta.send(callbackUrl, payload)).status;
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has this shape of address.
  const { port } = server.address() as AddressInfo;
  return {
    wabaId,
    phoneNumberId,
    accessToken,
    writeUrl: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The fake counts its messages from 1 at every start, which a store that stays takes for repeats. */
function newMessageId(): string {
  return `wamid.${randomBytes(24).toString("base64")}`;
}

function writing(send: (body: string) => Promise<number>): RequestListener {
  return async (request, response) => {
    try {
      const status = await send(await text(request));
      response.end(`Meta sent the webhook, and the app answered ${status}.\n`);
    } catch {
      response.writeHead(502).end("Meta sent the webhook, but the app did not answer.\n");
    }
  };
}
