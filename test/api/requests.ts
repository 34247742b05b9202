import { type DocumentedOperation, operations } from "./api-document.ts";
import type { Product } from "./product.ts";

/** What a request is made of, beside what its operation says. */
interface Parts {
  /** For the names in the path, in their order. */
  readonly ids?: readonly string[];
  readonly body?: object;
}

/** A request that its operation answers with success. */
export interface ApiRequest {
  /** Of its operation, e.g. `GET /connections/{id}`. */
  readonly title: string;
  readonly method: string;
  /** Below the API's base path, parameters filled in. */
  readonly path: string;
  /** What stands in the path for its parameters. */
  readonly ids: readonly string[];
  /** `undefined` where no key is asked for. */
  readonly scope: string | undefined;
  readonly body: object | undefined;
}

const NOTHING = () => ({});
const ofMain = ({ main }: Product) => ({ ids: [main.connectionId] });
const ofMainWaba = ({ main }: Product) => ({ ids: [main.wabaId] });
const ofMainTenant = ({ main }: Product) => ({ ids: [main.tenantId] });
/** Who may only make keys can make one like it. */
const KEY = { name: "Support", scopes: ["keys:write"] };

const newEndpoint = async ({ make, hook }: Product) => ({
  ids: [await make("/webhook-endpoints", { url: hook.webhookUrl })],
});
const newDeadLetter = async ({ bury }: Product) => ({ ids: [await bury()] });
/** An endpoint, and an event that waits for it: no worker has to be there for that. */
const newDelivery = async (product: Product) => {
  const parts = await newEndpoint(product);
  await product.happen();
  return { ids: [await product.deliveryOf(parts.ids[0] ?? "")] };
};
const newEvent = async ({ happen, newestEvent }: Product) => {
  await happen();
  return { ids: [await newestEvent()] };
};
const newKey = async ({ make }: Product) => ({ ids: [await make("/api-keys", KEY)] });
const newSession = async ({ begin }: Product) => ({ ids: [(await begin()).sessionId] });
const PUBLIC_KEY = { name: "Website", allowedOrigins: ["https://www.example.com"] };
const newPublicKey = async ({ make }: Product) => ({
  ids: [await make("/public-keys", PUBLIC_KEY)],
});
const newOrganization = async ({ make }: Product) => ({
  ids: [await make("/organizations", { name: "Branch" })],
});
const newMetaApp = async ({ make, addApp }: Product) => ({
  ids: [await make("/meta-apps", { name: "Theirs", ...addApp() })],
});
/** A connection that no other request is about. */
const newConnection = async ({ connect }: Product) => ({
  ids: [(await connect("spare")).connectionId],
});

/**
 * For every operation a request that succeeds. Each can be sent without the others, and in any order:
 * what removes or ends something has a victim of its own.
 */
const REQUESTS: Readonly<Record<string, (product: Product) => Parts | Promise<Parts>>> = {
  "POST /connections"({ main, addAccount }) {
    const { wabaId: _, ...body } = addAccount(main.tenantId);
    return { body };
  },
  "GET /connections": NOTHING,
  "GET /connections/{id}": ofMain,
  "PATCH /connections/{id}": (product) => ({ ...ofMain(product), body: { name: "Main" } }),
  "DELETE /connections/{id}": newConnection,
  "POST /connections/{id}/suspend": newConnection,
  async "POST /connections/{id}/resume"({ connect, suspend }) {
    const { connectionId } = await connect("spare");
    await suspend(connectionId);
    return { ids: [connectionId] };
  },
  "GET /connections/{id}/health": ofMain,
  "POST /connections/{id}/health/refresh": ofMain,
  "POST /connections/{id}/test": ofMain,
  "GET /connections/{id}/diagnosis": ofMain,
  "POST /connections/{id}/heartbeat/confirm": ofMain,
  "POST /connections/{id}/heartbeat/link": ofMain,
  "POST /connections/{id}/reveal-secrets": (product) => ({
    ...ofMain(product),
    body: { secretTypes: ["access_token", "webhook_signing_secret"] },
  }),

  "GET /wabas/{wabaId}": ofMainWaba,
  "PATCH /wabas/{wabaId}/webhook": (product) => ({ ...ofMainWaba(product), body: product.hook }),
  "POST /wabas/{wabaId}/rotate-signing-secret": ofMainWaba,
  "PUT /wabas/{wabaId}/access-token": (product) => ({
    ...ofMainWaba(product),
    body: { accessToken: product.main.accessToken },
  }),

  "GET /tenants": NOTHING,
  "GET /tenants/{externalTenantId}": ofMainTenant,
  "PATCH /tenants/{externalTenantId}": (product) => ({
    ...ofMainTenant(product),
    body: { name: "Acme" },
  }),
  async "DELETE /tenants/{externalTenantId}"({ connect }) {
    const { tenantId } = await connect("gone");
    return { ids: [tenantId] };
  },

  "POST /onboarding/sessions": ({ main: { tenantId } }) => ({
    body: { tenantId, tenantName: "Acme" },
  }),
  "GET /onboarding/sessions": NOTHING,
  "GET /onboarding/sessions/{id}": newSession,
  "POST /onboarding/sessions/{id}/renew": newSession,
  "POST /onboarding/sessions/{id}/cancel": newSession,
  async "POST /onboarding/sessions/{id}/complete"({ begin }) {
    const { sessionId, code } = await begin();
    return { ids: [sessionId], body: { code } };
  },
  async "POST /onboarding/sessions/{id}/resume"({ begin, complete }) {
    const pin = "246810";
    const signup = await begin(pin);
    await complete(signup);
    return { ids: [signup.sessionId], body: { pin } };
  },
  async "GET /onboarding/recovered"({ recover }) {
    await recover();
    return {};
  },
  async "POST /onboarding/recovered/{wabaId}/claim"({ main, recover }) {
    const { wabaId, accessToken } = await recover();
    return { ids: [wabaId], body: { tenantId: main.tenantId, accessToken } };
  },

  "POST /public-keys": () => ({ body: PUBLIC_KEY }),
  "GET /public-keys": NOTHING,
  "GET /public-keys/{id}": newPublicKey,
  "DELETE /public-keys/{id}": newPublicKey,

  "POST /webhook-endpoints": ({ hook }) => ({ body: { url: hook.webhookUrl } }),
  "GET /webhook-endpoints": NOTHING,
  "GET /webhook-endpoints/{id}": newEndpoint,
  "PATCH /webhook-endpoints/{id}": async (product) => ({
    ...(await newEndpoint(product)),
    body: { description: "CRM" },
  }),
  "DELETE /webhook-endpoints/{id}": newEndpoint,
  "POST /webhook-endpoints/{id}/rotate-secret": newEndpoint,
  "POST /webhook-endpoints/{id}/test": newEndpoint,
  "POST /webhook-endpoints/{id}/replay": async (product) => ({
    ...(await newEndpoint(product)),
    body: { since: "2026-01-01T00:00:00Z" },
  }),
  "GET /webhook-endpoints/{id}/deliveries": async (product) => {
    const parts = await newEndpoint(product);
    await product.happen();
    await product.happen();
    return parts;
  },
  "GET /deliveries/{id}": newDelivery,
  "POST /deliveries/{id}/retry": newDelivery,
  "POST /deliveries/{id}/skip": newDelivery,
  "GET /events": async ({ happen }) => {
    await happen();
    return {};
  },
  "GET /events/{id}": newEvent,

  "GET /dead-letters": NOTHING,
  "GET /dead-letters/{id}": newDeadLetter,
  "POST /dead-letters/{id}/retry": newDeadLetter,
  "DELETE /dead-letters/{id}": newDeadLetter,

  "POST /api-keys": () => ({ body: KEY }),
  "GET /api-keys": NOTHING,
  "GET /api-keys/{id}": newKey,
  "DELETE /api-keys/{id}": newKey,
  "POST /api-keys/{id}/rotate": newKey,

  "GET /organization": NOTHING,
  "PATCH /organization": () => ({ body: { name: "Product" } }),
  "POST /organizations": () => ({ body: { name: "Branch" } }),
  "GET /organizations": NOTHING,
  "GET /organizations/{id}": newOrganization,
  "DELETE /organizations/{id}": newOrganization,
  "GET /audit-log": NOTHING,

  "POST /meta-apps": ({ addApp }) => ({ body: { name: "Theirs", ...addApp() } }),
  "GET /meta-apps": NOTHING,
  "GET /meta-apps/{id}": newMetaApp,
  "PATCH /meta-apps/{id}": async (product) => ({
    ...(await newMetaApp(product)),
    body: { name: "Theirs" },
  }),
  "DELETE /meta-apps/{id}": newMetaApp,
  "GET /meta-apps/{id}/setup": newMetaApp,
  "POST /meta-apps/{id}/setup": newMetaApp,

  "GET /health": NOTHING,
  "GET /health/live": NOTHING,
  "GET /health/ready": NOTHING,
  "GET /openapi.json": NOTHING,
};

/** The operations that have no request here, and the requests that have no operation. */
export function strayRequests(): readonly string[] {
  const titles = operations.map(({ title }) => title);
  const missing = titles.filter((title) => !(title in REQUESTS));
  return [...missing, ...Object.keys(REQUESTS).filter((title) => !titles.includes(title))];
}

/** Every operation, or those wanted, as a request that succeeds, on a product prepared for all of them. */
export async function everyRequest(
  product: Product,
  isWanted: (operation: DocumentedOperation) => boolean = () => true,
): Promise<readonly ApiRequest[]> {
  const known = operations.filter(({ title }) => title in REQUESTS).filter(isWanted);
  const requests: ApiRequest[] = [];
  // One after the other, so that what they make is made in the same order each time.
  for (const operation of known) {
    const parts = await REQUESTS[operation.title]?.(product);
    requests.push(toRequest(operation, parts ?? {}));
  }
  return requests;
}

function toRequest(operation: DocumentedOperation, { ids = [], body }: Parts): ApiRequest {
  const { title, method, scope } = operation;
  return { title, method, path: fill(operation.path, ids), ids, scope, body };
}

/** A path with ids for its parameters. */
export function fill(path: string, ids: readonly string[]): string {
  return ids.reduce((filled, id) => filled.replace(/\{\w+\}/, encodeURIComponent(id)), path);
}
