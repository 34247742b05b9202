import type { KeptSecret } from "./kept-secrets.ts";
import type { Playground } from "./playground.ts";

interface Announced {
  readonly localUrl: string;
  readonly publicUrl: string;
  readonly databaseUrl: string;
  readonly kept: readonly KeptSecret[];
  readonly metricsUrl: string | undefined;
  readonly metaUrl: string | undefined;
  readonly playground: Playground | undefined;
}

/** What somebody who has just started an example wants to know. */
export function announcement(announced: Announced): string {
  const { localUrl, publicUrl, databaseUrl, kept, metricsUrl, metaUrl, playground } = announced;
  const apiKey = kept.find(({ name }) => name === "WABAKIT_API_KEY");
  const rows = [
    ["API", `${localUrl}/api/v1`],
    ["Meta's webhook", `${publicUrl}/webhooks/meta`],
    ["State", withoutPassword(databaseUrl)],
    ...kept.map(({ name, path, isNew }) => [name, `${path}${isNew ? " (made just now)" : ""}`]),
    ...(metricsUrl ? [["Metrics", metricsUrl]] : []),
    ...(metaUrl ? [["Fake Meta", `${metaUrl} (because no META_* variable is set)`]] : []),
  ];
  const table = rows.map(([label = "", value]) => `  ${label.padEnd(20)} ${value}`);
  const key = apiKey ? `$(cat ${apiKey.path})` : "$WABAKIT_API_KEY";
  const trial = playground ? trialOf(localUrl, key, playground) : [];
  return ["", "The hub is up. Ctrl-C ends it.", "", ...table, ...trial, ""].join("\n");
}

function trialOf(localUrl: string, key: string, playground: Playground): readonly string[] {
  const { phoneNumberId, accessToken, writeUrl } = playground;
  const curl = (path: string, body: object) => [
    `  curl ${localUrl}/api/v1/${path} -H "Authorization: Bearer ${key}" \\`,
    `    -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
  ];
  return [
    "",
    "  Make a link, open it in a browser, and sign up in the window of the fake Meta:",
    "",
    ...curl("onboarding/sessions", { tenantId: "acme", tenantName: "Acme" }),
    "",
    "  Or connect the fake number with its token:",
    "",
    ...curl("connections", { tenantId: "acme", phoneNumberId, accessToken }),
    "",
    "  Then have a customer write to it, and see the event in this log:",
    "",
    `  curl ${writeUrl} -d 'Hello!'`,
  ];
}

/** An announcement may be on somebody's screen. */
function withoutPassword(url: string): string {
  return url.replace(/(?<=:\/\/[^/@]*):[^/@]*(?=@)/, ":***");
}
