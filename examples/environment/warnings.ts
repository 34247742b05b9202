import type { Variables } from "./variables.ts";

/** Part of the contract of these applications; what they act on comes with a later release. */
const WITHOUT_EFFECT = ["TRUST_PROXY"] as const;

/** What is allowed, and yet somebody should know. */
export function warningsAbout(variables: Variables): readonly string[] {
  const { ALLOW_PRIVATE_NETWORK, DATABASE_URL, NODE_ENV, PUBLIC_URL } = variables;
  const isPublic = PUBLIC_URL?.startsWith("https:") ?? false;
  return [
    ...WITHOUT_EFFECT.filter((name) => variables[name]).map(
      (name) => `${name} is set, but has no effect yet in this release.`,
    ),
    ...when(
      ALLOW_PRIVATE_NETWORK,
      "ALLOW_PRIVATE_NETWORK=1: webhook URLs may be http and lead into this machine's network. For development only.",
    ),
    ...when(DATABASE_URL === "memory:", "DATABASE_URL=memory: everything is lost at the end."),
    ...when(
      NODE_ENV === "production" && !isPublic,
      "PUBLIC_URL is not an https URL: Meta calls no other.",
    ),
  ];
}

function when(holds: boolean, warning: string): readonly string[] {
  return holds ? [warning] : [];
}
