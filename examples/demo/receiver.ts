import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { HubEvent } from "@wabakit/core";
import { Webhook } from "standardwebhooks";
import { type Mailbox, mailbox } from "./mailbox.ts";

/** What arrived at the customer's endpoint. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly event: HubEvent<"message.received">;
}

/** The server of your customer, which wants to hear what happens to its number. */
export interface Receiver {
  readonly url: string;
  /** What has come with a good signature; anything else is answered 401. */
  readonly deliveries: Mailbox<Delivery>;
  /** Sets the secret that signatures are held against. */
  readonly trust: (secret: string) => void;
  readonly close: () => Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function startReceiver(): Promise<Receiver> {
  const deliveries = mailbox<Delivery>();
  let webhook: Webhook | undefined;

  const server = createServer(async (request, response) => {
    const delivery = await verify(webhook, request).catch(() => undefined);
    if (delivery) deliveries.put(delivery);
    response.writeHead(delivery ? 204 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has this shape of address.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/whatsapp-events`,
    deliveries,
    trust(secret) {
      webhook = new Webhook(secret);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function verify(webhook: Webhook | undefined, request: IncomingMessage): Promise<Delivery> {
  const body = await text(request);
  const { headers } = request;
  if (!webhook) throw new Error("There is no secret yet.");
  // The library's own types know each header as one string, which these are.
  webhook.verify(body, headers as Record<string, string>);
  return { headers, event: JSON.parse(body) };
}
