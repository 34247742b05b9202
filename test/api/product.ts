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
  /** Makes something over the API. @returns Its id. */
  readonly make: (path: string, body: object) => Promise<string>;
}

const IDS = ["connectionId", "keyId", "organizationId", "id"];

/** A product of whoever has the client; its main connection is the tenant's. */
export async function createProduct(
  { meta, sink }: Setting,
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

  const addApp = () => {
    const { appId, appSecret } = meta.addApp({ appSecret: "a-secret-of-their-own" });
    return { appId, appSecret };
  };

  return { suspend, addApp, main: await connect(tenantId), hook, addAccount, connect, make };
}
