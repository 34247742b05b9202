import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

/** The path of a Chromium; without one these tests are skipped. */
const CHROMIUM = process.env.WABAKIT_TEST_CHROMIUM ?? "";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

let browser: Browser;
let script = "";

async function serve(body: () => string, headers: Readonly<Record<string, string>> = {}) {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html", ...headers }).end(body());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens has this shape of address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the hub's page does here: it is ready, and a click finishes the signup. */
const HUB_PAGE = `<button>Finish</button><script>
  const given = new URLSearchParams(location.hash.slice(1));
  const say = (message) => opener?.postMessage({ source: "wabakit", ...message }, given.get("origin"));
  const value = { wabaId: "1000", phoneId: null, code: given.get("sessionId"), coexistence: true };
  // Not in the click itself: whoever clicks has to see it through before the window is closed.
  const finish = () => setTimeout(() => say({ type: "result", value }), 100);
  document.querySelector("button").onclick = finish;
  say({ type: "ready" });
</script>`;

async function clickConnect(headers?: Readonly<Record<string, string>>) {
  const hub = await serve(() => HUB_PAGE);
  const options = JSON.stringify({ publicKey: "pk_1", baseUrl: hub });
  const host = await serve(
    () => `<button>Connect</button><script>${script}</script><script>
      const client = WabakitConnect.newClient(${options});
      window.settled = new Promise((settle) => {
        document.querySelector("button").onclick = () =>
          client.connect({ sessionId: "sess_1" }).then(settle, ({ reason }) => settle(reason));
      });
    </script>`,
    headers,
  );
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(host);
  const opening = context.waitForEvent("page");
  await page.getByRole("button").click();
  const popup = await opening;
  await popup.getByRole("button").waitFor();
  return { popup, settled: () => page.evaluate("settled") };
}

describe.skipIf(CHROMIUM === "")("in a browser (set WABAKIT_TEST_CHROMIUM)", () => {
  beforeAll(async () => {
    const outDir = await mkdtemp(join(tmpdir(), "wabakit-connect-"));
    const configFile = join(ROOT, "vite.config.ts");
    await build({ root: ROOT, configFile, logLevel: "silent", build: { outDir } });
    script = await readFile(join(outDir, "connect.script.js"), "utf8");
    await rm(outDir, { recursive: true });
    const args = ["--no-sandbox"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });

  afterAll(() => browser.close());

  test("brings the result of the hub's window to the page, and closes it", async () => {
    const { popup, settled } = await clickConnect();
    const closed = popup.waitForEvent("close");
    await popup.getByRole("button").click();
    const result = { wabaId: "1000", phoneId: null, code: "sess_1", coexistence: true };
    expect(await settled()).toEqual(result);
    await closed;
  });

  test("notices that somebody has closed the window", async () => {
    const { popup, settled } = await clickConnect();
    await popup.close();
    expect(await settled()).toBe("popup_closed");
  });

  test("works beside same-origin-allow-popups; same-origin cuts the tie, and even that ends", async () => {
    const name = "cross-origin-opener-policy";
    const allowed = await clickConnect({ [name]: "same-origin-allow-popups" });
    await allowed.popup.getByRole("button").click();
    expect(await allowed.settled()).toMatchObject({ code: "sess_1" });
    const cut = await clickConnect({ [name]: "same-origin" });
    expect(await cut.settled()).toBe("popup_closed");
  });
});
