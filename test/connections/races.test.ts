import { describe, expect, it } from "vitest";
import { claimOf, scene } from "./scene.ts";

describe("at the same time", () => {
  it("two siblings are both connected", async () => {
    const here = await scene();
    const account = here.account();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: account.wabaId });
    const answers = await Promise.all([
      here.connect(claimOf(account)),
      here.connect({ ...claimOf(account), phoneNumberId }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const { body } = await here.api("GET", `/connections?wabaId=${account.wabaId}`);
    expect(body.data).toHaveLength(2);
  });

  it("one number is connected once, however often it is asked for", async () => {
    const here = await scene();
    const claim = claimOf(here.account());
    const answers = await Promise.all(Array.from({ length: 5 }, () => here.connect(claim)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.connectionId)).size).toBe(1);
  });

  it("one of two tenants gets a number, and the other is told", async () => {
    const here = await scene();
    const claim = claimOf(here.account());
    const answers = await Promise.all(
      ["a", "b"].map((tenantId) => here.connect({ ...claim, tenantId })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("one of two organizations gets an account", async () => {
    const here = await scene();
    const claim = { tenantId: "acme", ...claimOf(here.account()) };
    const other = await here.clientOf({ organizationId: "org_other" });
    const answers = await Promise.all(
      [here.api, other].map((api) => api("POST", "/connections", { body: claim })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});
