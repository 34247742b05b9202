import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { verifyAuditLog } from "../access/audit/verify-audit-log.ts";
import { createVault } from "../crypto/vault.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { revealSecrets } from "./reveal-secrets.ts";
import { connectionKey, signingSecretPlace, tokenPlace, wabaKey } from "./waba.ts";

const ref = { organizationId: "org_1", appId: "1", wabaId: "10" };
const caller = { organizationId: "org_1", scopes: [], actor: "key_1", requestId: "request_1" };

async function start() {
  const store = keyvStore(new Keyv());
  await store.start();
  const vault = createVault([Buffer.alloc(32, 1)]);
  const waba = {
    ...ref,
    accessToken: vault.seal("the token", tokenPlace(ref)),
    signingSecrets: {
      current: vault.seal("the current one", signingSecretPlace(ref)),
      previous: vault.seal("the previous one", signingSecretPlace(ref)),
      previousUntil: 0,
    },
    numbers: [{ connectionId: "conn_1", tenantId: "acme" }],
  };
  const writes = [
    { key: wabaKey("1", "10"), value: waba },
    { key: connectionKey("conn_1"), value: ref },
  ];
  await store.commit({ guards: [], writes });
  const rootSecret = { derive: () => Buffer.alloc(32, 2), isCurrent: true };
  return { store, vault, rootSecret, clock: fakeClock() };
}

test("shows the secrets as they are now, each once", async () => {
  const parts = await start();
  const secretTypes = ["webhook_signing_secret", "access_token"] as const;
  expect(
    await revealSecrets(parts, caller, { connectionId: "conn_1", secretTypes: [...secretTypes] }),
  ).toEqual({
    connectionId: "conn_1",
    secrets: { access_token: "the token", webhook_signing_secret: "the current one" },
  });
});

test("is told of for each of those who ask at once", async () => {
  const parts = await start();
  const wanted = { connectionId: "conn_1", secretTypes: ["access_token" as const] };
  await Promise.all(Array.from({ length: 8 }, () => revealSecrets(parts, caller, wanted)));
  expect(await verifyAuditLog(parts, "org_1")).toEqual({ isIntact: true, entries: 8 });
});

test("shows nothing that was sealed for another place", async () => {
  const parts = await start();
  const { value } = (await parts.store.get<object>(wabaKey("1", "10"))) ?? {};
  const moved = { ...value, accessToken: parts.vault.seal("x", signingSecretPlace(ref)) };
  await parts.store.commit({ guards: [], writes: [{ key: wabaKey("1", "10"), value: moved }] });
  const wanted = { connectionId: "conn_1", secretTypes: ["access_token" as const] };
  await expect(revealSecrets(parts, caller, wanted)).rejects.toMatchObject({
    code: "secret_unreadable",
  });
});
