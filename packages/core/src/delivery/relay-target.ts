import { webhookOf } from "../connections/connection.ts";
import {
  type ConnectedNumber,
  readWaba,
  signingSecretPlace,
  type Waba,
  type Webhook,
} from "../connections/waba.ts";
import { hmacSha256 } from "../crypto/hmac.ts";
import type { Vault } from "../crypto/vault.ts";
import type { MetaApps } from "../meta-app.ts";
import type { Store } from "../store/store.ts";
import { readForwards } from "./forward.ts";
import { type Compose, organizationOf, type Target, type TargetRef, targetIdOf } from "./target.ts";

const CONCURRENCY = 4;
const RELAY = "relay";

export interface RelayParts {
  readonly store: Store;
  readonly vault: Pick<Vault, "open">;
  readonly metaApps: Pick<MetaApps, "find">;
}

/** What signs: the newest secret, and for a while the one before it. */
interface Signing {
  readonly current: string;
  readonly previous: string | null;
  /** Milliseconds since the epoch. */
  readonly previousUntil: number;
}

/** Where what concerns a number is forwarded to: its own webhook where it has one, else its account's. */
export function relayRef(
  { organizationId, appId, wabaId, overrideScope }: Waba,
  { phoneNumberId }: ConnectedNumber,
): TargetRef {
  const own = overrideScope === "number" ? [phoneNumberId] : [];
  return `${organizationId}.${[RELAY, appId, wabaId, ...own].join("-")}`;
}

/** Whether a reference is to an account's webhook, and not to an endpoint. */
export function isRelayRef(ref: TargetRef): boolean {
  return targetIdOf(ref).startsWith(`${RELAY}-`);
}

/**
 * An account's webhook as somebody deliveries go to, read off the account: it gets forwards. What Meta's
 * receivers verify is one signature in `X-Hub-Signature-256`; hence that of an older secret has a header
 * of its own for as long as it counts. In `direct` the app's secret signs, as it does what Meta sends there.
 *
 * @returns `undefined` when there is no such webhook any more, or none in use.
 * @throws {Failure} `store_unavailable`; an error when the app that has to sign is not among ours.
 */
export async function findRelayTarget(
  parts: RelayParts,
  ref: TargetRef,
): Promise<Target | undefined> {
  const organizationId = organizationOf(ref);
  const [, appId = "", wabaId = "", phoneNumberId] = targetIdOf(ref).split("-");
  const waba = (await readWaba(parts.store, appId, wabaId))?.value;
  if (waba?.organizationId !== organizationId || waba.delivery === "events") return undefined;
  const webhook = webhookNow(waba, phoneNumberId);
  const signing = webhook?.state === "active" && (await signingOf(parts, waba));
  if (!webhook || !signing) return undefined;
  return {
    organizationId,
    id: targetIdOf(ref),
    url: webhook.url,
    enabled: true,
    concurrency: CONCURRENCY,
    rateLimit: null,
    canEnd: false,
    wabaId,
    async read(ids) {
      const all = await readForwards(parts.store, organizationId, ids);
      return all.map((read, index) => {
        return read && { compose: composing(signing, ids[index] ?? "", read), isNotice: false };
      });
    },
  };
}

/** What waits for a number goes where its messages go now, also when that is its account's again. */
function webhookNow(waba: Waba, phoneNumberId: string | undefined): Webhook | null | undefined {
  if (phoneNumberId === undefined) return waba.webhook;
  const number = waba.numbers.find((candidate) => candidate.phoneNumberId === phoneNumberId);
  // What waits of one that Meta has ended still goes out; the host's own suspension holds it back.
  return number && number.billingSuspendedAt === null ? webhookOf(waba, number) : undefined;
}

async function signingOf(
  { vault, metaApps }: RelayParts,
  waba: Waba,
): Promise<Signing | undefined> {
  if (waba.delivery === "direct") return appSigning(metaApps, waba);
  const { signingSecrets } = waba;
  if (!signingSecrets) return undefined;
  const { current, previous, previousUntil } = signingSecrets;
  const place = signingSecretPlace(waba);
  return {
    current: vault.open(current, place),
    previous: previous && vault.open(previous, place),
    previousUntil: previousUntil ?? 0,
  };
}

async function appSigning(
  metaApps: RelayParts["metaApps"],
  { organizationId, appId }: Waba,
): Promise<Signing> {
  const current = (await metaApps.find(organizationId, appId))?.secrets[0];
  if (current === undefined)
    throw new Error(`Meta app ${appId} is not among ours; it has to sign.`);
  return { current, previous: null, previousUntil: 0 };
}

function composing(signing: Signing, id: string, read: () => Uint8Array): Compose {
  const { current, previous, previousUntil } = signing;
  return (now) => {
    const body = read();
    const headers = {
      "content-type": "application/json",
      "user-agent": "wabakit",
      "webhook-id": id,
      "x-hub-signature-256": signatureOf(current, body),
    };
    if (previous === null || now >= previousUntil) return { headers, body };
    const older = { "x-wabakit-previous-signature-256": signatureOf(previous, body) };
    return { headers: { ...headers, ...older }, body };
  };
}

function signatureOf(secret: string, body: Uint8Array): string {
  return `sha256=${hmacSha256(secret, body).toString("hex")}`;
}
