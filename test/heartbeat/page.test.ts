import { Failure, type HttpRequest } from "@wabakit/core";
import { expect, test } from "vitest";
import { connect, DAY_MS, nodes } from "./nodes.ts";

interface Sent {
  readonly language?: string;
  readonly body?: string;
}

/** A hub with a number that is soon due, and a browser. */
async function scene(input: Readonly<Record<string, unknown>> = {}) {
  const here = await nodes();
  let hub = await here.start();
  const at = new Date(here.clock.now() - 11 * DAY_MS).toISOString();
  const { connectionId } = await connect(here, hub, { heartbeatLastConfirmedAt: at, ...input });
  const { url, expiresAt } = await hub.connections.createHeartbeatLink(connectionId);

  async function open(method: string, address: string, { language, body = "" }: Sent = {}) {
    const path = address.replace("https://app.example.com", "");
    const request: HttpRequest = {
      method,
      path,
      query: new URLSearchParams(),
      headers: language === undefined ? {} : { "accept-language": language },
      async readBody(maxBytes) {
        if (body.length > maxBytes) throw new Failure("body_too_large");
        return { bytes: Buffer.from(body), exact: true };
      },
      signal: new AbortController().signal,
      remoteAddress: undefined,
    };
    const response = await hub.handle(request);
    if (!response) return { status: 0, headers: {}, html: "" };
    const html = Buffer.from(response.body as Uint8Array).toString();
    return { status: response.status, headers: response.headers, html };
  }

  const confirmations = () => here.heard.names().filter((name) => name === "confirmed").length;
  const wake = async (days: number) => {
    hub = await here.sleep(days);
  };
  return { ...here, url, expiresAt, connectionId, open, confirmations, wake, hub: () => hub };
}

test("a link shows the number and a button, and opening it confirms nothing", async () => {
  const { open, url, hub, connectionId } = await scene();
  const before = await hub().connections.get(connectionId);
  const { status, html, headers } = await open("GET", url);
  expect(status).toBe(200);
  expect(html).toContain(before?.displayPhoneNumber);
  expect(html).toContain(before?.verifiedName);
  expect(html.match(/<button/g)).toHaveLength(1);
  expect(html).toContain('<form method="post">');
  expect(html).not.toContain("<script");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["content-security-policy"]).not.toMatch(/script-src|unsafe/);
  expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
  expect((await open("HEAD", url)).status).toBe(200);
  expect(await hub().connections.get(connectionId)).toEqual(before);
});

test("its button confirms, once, and says until when", async () => {
  const { open, url, hub, connectionId, hear, confirmations, clock, heard } = await scene();
  const { status, html } = await open("POST", url);
  expect(status).toBe(200);
  expect(html).toContain("December 4, 2026");
  expect(await hub().connections.get(connectionId)).toMatchObject({
    heartbeatStatus: "OK",
    heartbeatLastConfirmedAt: "2026-11-21T00:00:00Z",
  });
  await hear(1);
  const confirmed = heard
    .all()
    .find(({ type: event }) => event === "connection.heartbeat.confirmed");
  expect(confirmed).toMatchObject({ data: { connectionId, confirmedVia: "link" } });

  // Pressed twice, it looks the same; later the link is used up.
  expect((await open("POST", url)).html).toBe(html);
  expect((await open("GET", url)).status).toBe(410);
  await clock.advance(60_000);
  expect((await open("POST", url)).status).toBe(410);
  expect(confirmations()).toBe(1);
});

test("the link of an event works like any other", async () => {
  const { open, hear, heard, clock, confirmations } = await scene();
  await clock.advance(60_000);
  await hear(2);
  const told = heard.all().find(({ type: event }) => event === "connection.heartbeat.due_soon");
  const confirmUrl = told && "confirmUrl" in told.data ? told.data.confirmUrl : "";
  expect((await open("POST", confirmUrl)).status).toBe(200);
  await hear(3);
  expect(confirmations()).toBe(1);
});

test("a confirmation by other means ends the link", async () => {
  const { open, url, hub, connectionId } = await scene();
  await hub().connections.confirmHeartbeat(connectionId);
  expect((await open("GET", url)).status).toBe(410);
});

test("a link holds for 30 days", async () => {
  const { open, url, expiresAt, wake } = await scene();
  expect(expiresAt).toBe("2026-12-21T00:00:00Z");
  await wake(29.99);
  expect((await open("GET", url)).status).toBe(200);
  await wake(0.01);
  expect((await open("GET", url)).status).toBe(410);
  expect((await open("POST", url)).status).toBe(410);
});

test("a link that is not ours says the same whatever there is", async () => {
  const { open, url, connectionId, confirmations } = await scene();
  const token = url.slice(url.lastIndexOf("/") + 1);
  const base = url.slice(0, -token.length);
  const forged = [
    `${base}${connectionId}`,
    `${base}${token}0`,
    `${base}${token.replace(connectionId, `conn_${"0".repeat(26)}`)}`,
    `${base}nothing`,
    `${base}%2e%2e`,
  ];
  const answers = await Promise.all(forged.flatMap((at) => [open("GET", at), open("POST", at)]));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  expect(new Set(answers.map(({ html }) => html)).size).toBe(1);
  expect(confirmations()).toBe(0);
});

test("a link to a connection that is gone has ended", async () => {
  const { open, url, hub, connectionId } = await scene();
  await hub().connections.disconnect(connectionId);
  expect((await open("GET", url)).status).toBe(410);
  expect((await open("POST", url)).status).toBe(410);
});

test("the page speaks the reader's language, and escapes what a business is called", async () => {
  const { meta, open, hub } = await scene();
  const { wabaId } = meta.addWaba();
  const evil = `<script>alert("1")</script>`;
  const { phoneNumberId } = meta.addNumber({ wabaId, verifiedName: evil, isOnBizApp: true });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const { connection } = await hub().connections.connect({
    tenantId: "acme",
    phoneNumberId,
    accessToken,
  });
  const { url } = await hub().connections.createHeartbeatLink(connection.connectionId);
  const spanish = await open("GET", url, { language: "es-AR,es;q=0.9" });
  expect(spanish.html).toContain('<html lang="es">');
  expect(spanish.html).toContain("4 de diciembre de 2026");
  expect((await open("GET", url, { language: "pt-BR" })).html).toContain('<html lang="pt">');
  expect((await open("GET", url, { language: "de" })).html).toContain('<html lang="en">');
  expect(spanish.html).not.toContain("<script");
  expect(spanish.html).toContain("&lt;script&gt;");
});

test("a form that is not the page's own is refused", async () => {
  const { open, url, confirmations } = await scene();
  expect((await open("POST", url, { body: "x".repeat(1_025) })).status).toBe(413);
  expect(confirmations()).toBe(0);
});

test("other methods and paths are the host's", async () => {
  const { open, url } = await scene();
  expect((await open("DELETE", url)).status).toBe(0);
  expect((await open("GET", "/connect/heartbeat/")).status).toBe(0);
  expect((await open("GET", "/connect/other")).status).toBe(0);
});

test("while the hub does not run, the page asks to come again", async () => {
  const { open, url, stop } = await scene();
  await stop();
  const { status, headers, html } = await open("GET", url);
  expect(status).toBe(503);
  expect(headers["retry-after"]).toBe("60");
  expect(html).toContain("<h1>Not available right now</h1>");
});
