import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import { type Page, PageQuery } from "../http/page.ts";
import { HOST } from "./audit/audit-log.ts";
import { type AuditEntry, ListAuditLog, listAuditLog } from "./audit/list-audit-log.ts";
import { type AuditVerdict, verifyAuditLog } from "./audit/verify-audit-log.ts";
import {
  CreateApiKey,
  createApiKey,
  findApiKey,
  listApiKeys,
  revokeApiKey,
} from "./keys/api-keys.ts";
import type { Acting } from "./keys/may-give.ts";
import { RotateApiKey, rotateApiKey } from "./keys/rotate-api-key.ts";
import type { CreatedApiKey, ShownApiKey } from "./keys/shown-api-key.ts";
import {
  ChangeOrganization,
  type ShownOrganization,
} from "./organizations/organization-settings.ts";
import { changeOwnOrganization, getOwnOrganization } from "./organizations/own-organization.ts";

import {
  CreatePublicKey,
  createPublicKey,
  deletePublicKey,
  getPublicKey,
  listPublicKeys,
  type PublicKey,
} from "./public-keys/public-keys.ts";

/** What can be done with API keys. Each method fails as its route does. */
export interface ApiKeyMethods {
  /** The key is in this answer and in no other. */
  readonly create: (input: z.input<typeof CreateApiKey>) => Promise<CreatedApiKey>;
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownApiKey>>;
  /** `undefined` for an id that is not the organization's. */
  readonly get: (keyId: string) => Promise<ShownApiKey | undefined>;
  /** The new secret is in this answer and in no other. */
  readonly rotate: (keyId: string, input?: z.input<typeof RotateApiKey>) => Promise<CreatedApiKey>;
  readonly revoke: (keyId: string) => Promise<void>;
}

/** What can be done with keys for browsers. Each method fails as its route does. */
export interface PublicKeyMethods {
  readonly create: (input: z.input<typeof CreatePublicKey>) => Promise<PublicKey>;
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<PublicKey>>;
  readonly get: (publicKey: string) => Promise<PublicKey>;
  readonly delete: (publicKey: string) => Promise<void>;
}

/** What there is to read of the audit log. */
export interface AuditLogMethods {
  readonly list: (query?: z.input<typeof ListAuditLog>) => Promise<Page<AuditEntry>>;
  /** Reads all of it, and names the first entry that does not fit. */
  readonly verify: () => Promise<AuditVerdict>;
}

/** What is set of an organization. */
export interface SettingsMethods {
  readonly get: () => Promise<ShownOrganization>;
  /** What is left out stays. */
  readonly change: (input: z.input<typeof ChangeOrganization>) => Promise<ShownOrganization>;
}

/** The host itself, which may do everything. `context` is asked at every call. */
export function actingAsHost(context: () => Context): {
  readonly app: Context["app"];
  readonly acting: Acting;
} {
  const { app, organizationId } = context();
  return { app, acting: { ...HOST, organizationId, scopes: ["*"] } };
}

export function apiKeyMethods(context: () => Context): ApiKeyMethods {
  return {
    async create(input) {
      const { app, acting } = actingAsHost(context);
      return createApiKey({ ...app, random: randomBytes }, acting, check(CreateApiKey, input));
    },
    async list(query = {}) {
      const { app, acting } = actingAsHost(context);
      return listApiKeys(app, acting, check(PageQuery, query));
    },
    async get(keyId) {
      const { app, acting } = actingAsHost(context);
      return findApiKey(app, acting, keyId);
    },
    async rotate(keyId, input = {}) {
      const { app, acting } = actingAsHost(context);
      const wanted = { ...check(RotateApiKey, input), keyId };
      return rotateApiKey({ ...app, random: randomBytes }, acting, wanted);
    },
    async revoke(keyId) {
      const { app, acting } = actingAsHost(context);
      return revokeApiKey(app, acting, keyId);
    },
  };
}

export function publicKeyMethods(context: () => Context): PublicKeyMethods {
  return {
    async create(input) {
      const { app, acting } = actingAsHost(context);
      const parts = { ...app, random: randomBytes };
      return createPublicKey(parts, acting, check(CreatePublicKey, input));
    },
    async list(query = {}) {
      const { app, acting } = actingAsHost(context);
      return listPublicKeys(app, acting, check(PageQuery, query));
    },
    async get(publicKey) {
      const { app, acting } = actingAsHost(context);
      return getPublicKey(app, acting, publicKey);
    },
    async delete(publicKey) {
      const { app, acting } = actingAsHost(context);
      return deletePublicKey(app, acting, publicKey);
    },
  };
}

export function auditLogMethods(context: () => Context): AuditLogMethods {
  return {
    async list(query = {}) {
      const { app, organizationId } = context();
      return listAuditLog(app, organizationId, check(ListAuditLog, query));
    },
    async verify() {
      const { app, organizationId } = context();
      return verifyAuditLog(app, organizationId);
    },
  };
}

export function settingsMethods(context: () => Context): SettingsMethods {
  return {
    async get() {
      const { app, acting } = actingAsHost(context);
      return getOwnOrganization(app, acting);
    },
    async change(input) {
      const { app, acting } = actingAsHost(context);
      return changeOwnOrganization(app, acting, check(ChangeOrganization, input));
    },
  };
}
