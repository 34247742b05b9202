import { describe, expect, it } from "vitest";
import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import type { PhoneNumber, TokenInfo } from "../../meta/nodes.ts";
import { verifyGrant } from "./grant.ts";

const claim = { accessToken: "token", phoneNumberId: "7" };

const token: TokenInfo = {
  appId: "1",
  type: "SYSTEM_USER",
  isValid: true,
  issuedAt: 0,
  expiresAt: null,
  dataAccessExpiresAt: null,
  scopes: ["whatsapp_business_management", "whatsapp_business_messaging"],
  granularScopes: [{ scope: "whatsapp_business_management", targetIds: ["100"] }],
  userId: "9",
  error: null,
};

const number: PhoneNumber = {
  id: "7",
  displayPhoneNumber: "+1 555-010-0142",
  verifiedName: "Acme",
  qualityRating: "GREEN",
  status: "CONNECTED",
  platformType: "CLOUD_API",
  isOnBizApp: false,
};

const granted = (...targetIds: string[]) => [{ scope: "whatsapp_business_management", targetIds }];

interface Meta {
  readonly token?: Partial<TokenInfo> | Failure;
  /** By account; a failure is what Meta answers for it. */
  readonly wabas?: Readonly<Record<string, readonly PhoneNumber[] | Failure>>;
}

/** The two calls that are made, and which accounts were asked for. */
function graphOf({ token: about = {}, wabas = { "100": [number] } }: Meta) {
  const asked: string[] = [];
  const graph = {
    appId: "1",
    async debugToken() {
      if (about instanceof Failure) throw about;
      return { ...token, ...about };
    },
    async listPhoneNumbers({ wabaId }: { readonly wabaId: string }) {
      asked.push(wabaId);
      const numbers = wabas[wabaId] ?? [];
      if (numbers instanceof Failure) throw numbers;
      return numbers;
    },
  };
  // The rest of the graph is not called; if it were, the test would fail.
  return { asked, graph: graph as unknown as Graph };
}

const verify = (meta: Meta = {}, more: { readonly wabaId?: string } = {}) =>
  verifyGrant(graphOf(meta).graph, { ...claim, ...more });

const refusalOf = (path: string) => ({
  code: "invalid_request",
  context: { fields: [{ path, message: expect.any(String) }] },
});

describe("a good claim", () => {
  it("tells what Meta says about the number", async () => {
    expect(await verify()).toEqual({
      wabaId: "100",
      displayPhoneNumber: "+15550100142",
      verifiedName: "Acme",
      connectionMode: "cloud_api",
      platformType: "CLOUD_API",
      tokenExpiresAt: null,
    });
  });

  it.each([
    [false, "CLOUD_API", "cloud_api"],
    [true, "CLOUD_API", "coexistence"],
    [null, "CLOUD_API", "unknown"],
  ] as const)("with is_on_biz_app %s is in mode %s", async (isOnBizApp, platformType, mode) => {
    const wabas = { "100": [{ ...number, isOnBizApp, platformType }] };
    expect(await verify({ wabas })).toMatchObject({ connectionMode: mode });
  });

  it("keeps what Meta does not say as null", async () => {
    const wabas = { "100": [{ ...number, displayPhoneNumber: null, verifiedName: null }] };
    expect(await verify({ wabas })).toMatchObject({ displayPhoneNumber: null, verifiedName: null });
  });

  it("tells when the token expires", async () => {
    expect(await verify({ token: { expiresAt: 5 } })).toMatchObject({ tokenExpiresAt: 5 });
  });

  it("may hold a token that is not limited to certain accounts", async () => {
    const about = { granularScopes: [{ scope: "whatsapp_business_management", targetIds: null }] };
    const meta = { token: about, wabas: { "200": [number] } };
    expect(await verify(meta, { wabaId: "200" })).toMatchObject({ wabaId: "200" });
  });
});

describe("a dead token", () => {
  it("is told from one that was never good for this", async () => {
    await expect(verify({ token: { isValid: false } })).rejects.toMatchObject({
      code: "meta_token_expired",
    });
  });
});

describe("a token", () => {
  it("of another app is named, whether Meta describes it or refuses to", async () => {
    await expect(verify({ token: { appId: "2" } })).rejects.toMatchObject(refusalOf("accessToken"));
    const refused = new Failure("meta_rejected", "(#100) The input token belongs to another app");
    await expect(verify({ token: refused })).rejects.toMatchObject(refusalOf("accessToken"));
  });

  it.each([["whatsapp_business_management"], ["whatsapp_business_messaging"]])(
    "without %s is named, and so is the permission",
    async (missing) => {
      const scopes = token.scopes.filter((scope) => scope !== missing);
      const attempt = verify({ token: { scopes } });
      await expect(attempt).rejects.toMatchObject(refusalOf("accessToken"));
      await expect(attempt).rejects.toThrow(missing);
    },
  );

  it("is not blamed when Meta refuses our own app", async () => {
    const refused = new Failure("meta_token_expired", "Invalid OAuth access token");
    const attempt = verify({ token: refused });
    await expect(attempt).rejects.toMatchObject({ code: "meta_rejected" });
    await expect(attempt).rejects.toThrow("the hub's options");
  });

  it("that Meta cannot judge now is not called wrong", async () => {
    for (const code of ["meta_unavailable", "meta_throttled"] as const) {
      await expect(verify({ token: new Failure(code) })).rejects.toMatchObject({ code });
    }
  });
});

describe("an account", () => {
  it("that the token was not granted for is named, and not asked for", async () => {
    const { graph, asked } = graphOf({});
    const attempt = verifyGrant(graph, { ...claim, wabaId: "200" });
    await expect(attempt).rejects.toMatchObject(refusalOf("wabaId"));
    expect(asked).toEqual([]);
  });

  it("has to be named where the token names none", async () => {
    const about = { granularScopes: [{ scope: "whatsapp_business_management", targetIds: null }] };
    await expect(verify({ token: about })).rejects.toMatchObject(refusalOf("wabaId"));
  });

  it("is found among all the token was granted for", async () => {
    const meta = {
      token: { granularScopes: granted("300", "200", "100") },
      wabas: { "100": [number] },
    };
    const { graph, asked } = graphOf(meta);
    expect(await verifyGrant(graph, claim)).toMatchObject({ wabaId: "100" });
    expect(asked).toEqual(["300", "200", "100"]);
  });

  it("is found though the token was also granted for one that is gone", async () => {
    const gone = new Failure("meta_rejected", "Object with ID '300' does not exist");
    const meta = {
      token: { granularScopes: granted("300", "100") },
      wabas: { "300": gone, "100": [number] },
    };
    expect(await verify(meta)).toMatchObject({ wabaId: "100" });
  });

  it("that Meta refuses to show is refused in Meta's words when it was named", async () => {
    const gone = new Failure("meta_rejected", "Meta's words");
    await expect(verify({ wabas: { "100": gone } }, { wabaId: "100" })).rejects.toThrow("words");
  });
});

describe("a number", () => {
  it("that is not one of the account's is named", async () => {
    const wabas = { "100": [{ ...number, id: "8" }] };
    await expect(verify({ wabas })).rejects.toMatchObject(refusalOf("phoneNumberId"));
    await expect(verify({ wabas }, { wabaId: "100" })).rejects.toMatchObject(
      refusalOf("phoneNumberId"),
    );
  });

  it("is not called unknown while Meta does not answer", async () => {
    const wabas = { "100": new Failure("meta_unavailable") };
    await expect(verify({ wabas })).rejects.toMatchObject({ code: "meta_unavailable" });
  });
});
