import { expect } from "vitest";
import type { Setting } from "../spine/setting.ts";
import type { Client } from "./client.ts";

/** A number at Meta, and what connects it. */
export interface Claim {
  readonly tenantId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
}

/** A connected number of an account of its own, whose messages are relayed. */
export interface Connected extends Claim {
  readonly connectionId: string;
  readonly wabaId: string;
}

/** Where a customer's messages go, and what it expects as verify token. */
export interface Hook {
  readonly webhookUrl: string;
  readonly webhookVerifyToken: string;
}

/** A session, and what Meta's dialog gave. */
export interface Signup {
  readonly sessionId: string;
  readonly code: string;
}

/** What requests are made for. */
export interface Product {
  /** Whatever asks of it leaves it as it is. */
  readonly main: Connected;
  readonly hook: Hook;
  /** An account that nobody has connected. */
  readonly addAccount: (tenantId: string) => Claim & { readonly wabaId: string };
  /** An app at Meta that is nobody's yet. */
  readonly addApp: () => { readonly appId: string; readonly appSecret: string };
  readonly connect: (tenantId: string) => Promise<Connected>;
  readonly suspend: (connectionId: string) => Promise<void>;
  /** A session for a tenant, and a code of a sign-up of a number that has this PIN, if any. */
  readonly begin: (pin?: string) => Promise<Signup>;
  /** Takes the code of a sign-up, whatever comes of it. */
  readonly complete: (signup: Signup) => Promise<void>;
  /** A sign-up that was finished at Meta, and never came back. */
  readonly recover: () => Promise<{ readonly wabaId: string; readonly accessToken: string }>;
  /** Has listeners give up an event about the tenant. @returns Its id. */
  readonly bury: () => Promise<string>;
  /** The main connection is suspended and resumed, and both is told. */
  readonly happen: () => Promise<void>;
  readonly newestEvent: () => Promise<string>;
  /** The newest delivery of an endpoint. */
  readonly deliveryOf: (endpointId: string) => Promise<string>;
  /** Makes something over the API. @returns Its id. */
  readonly make: (path: string, body: object) => Promise<string>;
}

const IDS = ["connectionId", "sessionId", "keyId", "publicKey", "organizationId", "id"];

export interface ProductSetting extends Setting {
  /** Keeps a sign-up as Meta's webhook would. */
  readonly recover: (of: {
    readonly wabaId: string;
    readonly organizationId: string;
  }) => Promise<void>;
  /** Has listeners give up an event. */
  readonly bury: (of: Claim & Pick<Connected, "wabaId"> & Owned) => Promise<string>;
}

interface Owned {
  readonly organizationId: string;
}

/** A product of whoever has the client; its main connection is the tenant's. */
export async function createProduct(
  { meta, sink, recover: note, bury: give }: ProductSetting,
  api: Client,
  tenantId = "acme",
): Promise<Product> {
  const hook = { webhookUrl: `${sink.url}/hook`, webhookVerifyToken: "verify" };

  const addAccount = (tenantId: string) => {
    const { wabaId } = meta.addWaba();
    // Shared with a phone: of such a number everything can be asked.
    const { phoneNumberId } = meta.addNumber({ wabaId, isOnBizApp: true });
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    return { tenantId, wabaId, phoneNumberId, accessToken };
  };

  const make = async (path: string, body: object) => {
    const made = await api("POST", path, { body });
    expect(made.status, path).toBe(201);
    const name = IDS.find((candidate) => candidate in made.body) ?? "";
    return String(made.body[name]);
  };

  const connect = async (tenantId: string) => {
    const account = addAccount(tenantId);
    const { wabaId: _, ...claim } = account;
    const connectionId = await make("/connections", { ...claim, ...hook, delivery: "relay" });
    return { ...account, connectionId };
  };

  const suspend = async (connectionId: string) => {
    expect((await api("POST", `/connections/${connectionId}/suspend`)).status).toBe(200);
  };

  const begin = async (pin?: string) => {
    const { wabaId } = meta.addWaba();
    const twoStep = pin === undefined ? {} : { pin };
    const { phoneNumberId } = meta.addNumber({
      wabaId,
      platformType: "NOT_APPLICABLE",
      ...twoStep,
    });
    const sessionId = await make("/onboarding/sessions", { tenantId, tenantName: "Acme" });
    return { sessionId, code: meta.finishSignup({ wabaId, phoneNumberId }).code };
  };

  const complete = async ({ sessionId, code }: Signup) => {
    await api("POST", `/onboarding/sessions/${sessionId}/complete`, { body: { code } });
  };

  const recover = async () => {
    const { wabaId, accessToken } = addAccount(tenantId);
    const { body } = await api("GET", "/organization");
    // Who acts for some tenants only has no such sign-ups.
    if (body.organizationId) await note({ wabaId, organizationId: body.organizationId });
    return { wabaId, accessToken };
  };

  const bury = async () => {
    const { body } = await api("GET", "/organization");
    return give({ ...main, organizationId: String(body.organizationId) });
  };

  const addApp = () => {
    const { appId, appSecret } = meta.addApp({ appSecret: "a-secret-of-their-own" });
    return { appId, appSecret };
  };

  const main = await connect(tenantId);

  const happen = async () => {
    await suspend(main.connectionId);
    expect((await api("POST", `/connections/${main.connectionId}/resume`)).status).toBe(200);
  };

  const newestOf = async (path: string) => {
    const { data } = (await api("GET", `${path}?limit=1`)).body as {
      readonly data?: readonly { readonly id: string }[];
    };
    return data?.[0]?.id ?? "";
  };

  const newestEvent = () => newestOf("/events");
  const deliveryOf = (endpointId: string) =>
    newestOf(`/webhook-endpoints/${endpointId}/deliveries`);
  const looking = { happen, newestEvent, deliveryOf };
  return {
    ...looking,
    bury,
    suspend,
    addApp,
    main,
    hook,
    addAccount,
    connect,
    make,
    begin,
    complete,
    recover,
  };
}
