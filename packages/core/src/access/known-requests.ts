import { randomBytes } from "node:crypto";
import type { App } from "../app.ts";
import { constantTimeEqual, hmacSha256 } from "../crypto/hmac.ts";
import type { Place } from "../crypto/place.ts";
import { createVault, type Vault } from "../crypto/vault.ts";
import { Failure } from "../failure.ts";
import { REPEATABLE_MS, type Repeatable } from "../http/repeatable.ts";
import type { WholeResponse } from "../http/respond.ts";
import type { Ending, Expiring } from "../store/expiring.ts";
import { key } from "../store/key.ts";
import type { Lease } from "../store/lease.ts";
import type { Stored } from "../store/store.ts";

const SEED_BYTES = 32;

export interface KnownRequestParts extends Pick<App, "store" | "clock" | "rootSecret"> {
  readonly expiring: Expiring;
}

/** A request as it is stored. */
interface RequestRecord extends Ending {
  /** Of its content, under its seed. */
  readonly fingerprint: string;
  /** Sealed. */
  readonly seed: string;
  /** Sealed; `null` while it runs, and where the run was cut short or did not come to an end that lasts. */
  readonly answer: string | null;
}

/** A request that was run before, or is now. */
export interface KnownRequest {
  readonly record: RequestRecord;
  /** What its randomness is made from in every run. */
  readonly seed: Uint8Array;
  /** `undefined` while there is none that lasts. */
  readonly answer: WholeResponse | undefined;
}

/** The requests with a key of the last hour, by their keys. */
export interface KnownRequests {
  /** @throws {Failure} `idempotency_key_collision` when the key names another request; `store_unavailable` */
  readonly find: (request: Repeatable) => Promise<KnownRequest | undefined>;
  /** As `find`; one that is not known is from now on. @returns `undefined` when the lease was lost. */
  readonly begin: (request: Repeatable, lease: Lease) => Promise<KnownRequest | undefined>;
  /** Keeps its answer for an hour. @returns `false` when the lease was lost. */
  readonly keep: (request: Repeatable, known: KnownRequest, lease: Lease) => Promise<boolean>;
}

/** Where a request is known by its key: keys of organizations and of actors never meet. */
export function requestKey({ caller, key: name }: Repeatable): string {
  return key("request", caller.organizationId, caller.actor, name);
}

/**
 * Opens them. What is secret of them is sealed with a key that derives from the root secret, so that
 * rotating `secretKeys` leaves records of an hour's life alone.
 */
export function openKnownRequests(parts: KnownRequestParts): KnownRequests {
  const { store, clock, expiring } = parts;
  const vault = createVault([parts.rootSecret.derive("answer")]);
  const recall = (request: Repeatable, stored: Stored<RequestRecord> | undefined) =>
    stored && clock.now() < stored.value.until ? read(vault, request, stored.value) : undefined;

  return {
    async find(request) {
      return recall(request, await store.get<RequestRecord>(requestKey(request)));
    },
    async begin(request, lease) {
      const at = requestKey(request);
      const stored = await store.get<RequestRecord>(at);
      const known = recall(request, stored);
      if (known) return known;
      const fresh = describe(vault, request, clock.now() + REPEATABLE_MS);
      const change = {
        guards: [...lease.guards, { key: at, version: stored?.version }],
        writes: [{ key: at, value: fresh.record }],
      };
      const begun = stored ? store.commit(change) : expiring.begin(change, [at], clock.now());
      return (await begun) ? fresh : undefined;
    },
    keep(request, { record, answer }, { guards }) {
      const at = requestKey(request);
      const until = clock.now() + REPEATABLE_MS;
      const sealed = answer && vault.seal(encode(answer), placeOf(request, "answer"));
      const value: RequestRecord = { ...record, until, answer: sealed ?? null };
      return store.commit({ guards, writes: [{ key: at, value }] });
    },
  };
}

function describe(vault: Vault, request: Repeatable, until: number): KnownRequest {
  const seed = randomBytes(SEED_BYTES);
  const sealed = vault.seal(seed.toString("base64"), placeOf(request, "seed"));
  const fingerprint = fingerprintOf(seed, request);
  return { seed, answer: undefined, record: { until, fingerprint, seed: sealed, answer: null } };
}

function read(vault: Vault, request: Repeatable, record: RequestRecord): KnownRequest {
  const seed = Buffer.from(vault.open(record.seed, placeOf(request, "seed")), "base64");
  if (!constantTimeEqual(fingerprintOf(seed, request), record.fingerprint)) {
    throw new Failure("idempotency_key_collision");
  }
  const sealed = record.answer;
  const answer = sealed === null ? null : vault.open(sealed, placeOf(request, "answer"));
  return { record, seed, answer: answer === null ? undefined : decode(answer) };
}

/** Nobody without the seed can try bodies against it. */
function fingerprintOf(seed: Uint8Array, { content }: Repeatable): string {
  return hmacSha256(seed, content).toString("base64url");
}

function placeOf(request: Repeatable, field: string): Place {
  return { organizationId: request.caller.organizationId, record: requestKey(request), field };
}

function encode({ status, headers, body }: WholeResponse): string {
  return JSON.stringify({ status, headers, body: Buffer.from(body).toString("base64") });
}

function decode(text: string): WholeResponse {
  // It was sealed as an answer, and opens as nothing else.
  const { body, ...answer } = JSON.parse(text) as Omit<WholeResponse, "body"> & { body: string };
  return { ...answer, body: Buffer.from(body, "base64") };
}
