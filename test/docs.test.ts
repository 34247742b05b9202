import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sink } from "@wabakit/testing";
import { expect, onTestFinished, test } from "vitest";
import { API_KEY, type Setting, setting } from "./spine/setting.ts";

const PAGE = fileURLToPath(new URL("../packages/core/README.md", import.meta.url));

const page = await readFile(PAGE, "utf8");
const commands = [...page.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split(/\n(?=curl )/))
  .map((command) => command.trim())
  .filter((command) => command.startsWith("curl "));

/** Runs a command of the page as a reader would; curl fails on an answer that is no success. */
function run(command: string, variables: Readonly<Record<string, string>>) {
  const script = command.replace("curl ", "curl --silent --show-error --fail-with-body ");
  const child = spawn("bash", ["-c", script], { env: { ...process.env, ...variables } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  return new Promise<{ readonly code: number | null; readonly said: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, said }));
  });
}

/** What has happened by now, and what became of it, for commands further down. */
async function remember({ hub }: Setting, variables: Record<string, string>): Promise<void> {
  if (variables.ENDPOINT === undefined || variables.DELIVERY !== undefined) return;
  const { CONNECTION = "", ENDPOINT } = variables;
  await hub.connections.suspend(CONNECTION);
  await hub.connections.resume(CONNECTION);
  const [newest] = (await hub.webhookEndpoints.deliveries(ENDPOINT)).data;
  variables.DELIVERY = newest?.id ?? "";
  variables.EVENT = newest?.eventId ?? "";
}

test("every command of core's page works, one after the other", async () => {
  const limits = { reads: false, writes: false, metaLookups: false, reveal: false } as const;
  const here = await setting("express", { limits });
  onTestFinished(here.close);
  const hook = await sink({ verifyToken: "a-verify-token" });
  onTestFinished(hook.close);
  here.meta.setAppCallback({ callbackUrl: here.callbackUrl });
  const { wabaId } = here.meta.addWaba();
  const numbers = [
    here.meta.addNumber({ wabaId }),
    here.meta.addNumber({ wabaId, isOnBizApp: true }),
  ];
  const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
  const [PHONE = "", second = ""] = numbers.map(({ phoneNumberId }) => phoneNumberId);
  const connect = (phoneNumberId: string) =>
    here.hub.connections.connect({ tenantId: "cust_abc123", phoneNumberId, accessToken });
  const coexistence = await connect(second);
  const signedUp = here.meta.addWaba();
  const { phoneNumberId } = here.meta.addNumber({ wabaId: signedUp.wabaId });
  const { code } = here.meta.finishSignup({ wabaId: signedUp.wabaId, phoneNumberId });
  const variables: Record<string, string> = {
    CODE: code,
    API: `${here.url}/api/v1`,
    KEY: API_KEY,
    WABA: wabaId,
    PHONE,
    TOKEN: accessToken,
    HOOK: hook.url,
    VERIFY: "a-verify-token",
    COEXISTENCE: coexistence.connection.connectionId,
  };
  expect(commands.length).toBeGreaterThan(25);
  for (const command of commands) {
    const { code, said } = await run(command, variables);
    expect(code, `${command}\n${said}`).toBe(0);
    const answer = JSON.parse(said);
    if (!command.includes("/onboarding/")) variables.CONNECTION ??= answer.connectionId;
    variables.SESSION ??= answer.sessionId;
    if (command.includes('/webhook-endpoints"')) variables.ENDPOINT ??= answer.id;
    await remember(here, variables);
  }
});
