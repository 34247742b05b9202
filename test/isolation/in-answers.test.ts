import { describe, expect, it } from "vitest";
import { INTRUDERS, lists, namesOf, type TwoOwners, twoOwners } from "./two-owners.ts";

/** Holds an answer against everything that names something of the owner's. */
function expectNothingOf(names: readonly string[], answer: object, what: string): void {
  const text = JSON.stringify(answer);
  for (const name of names) expect(text, what).not.toContain(name);
}

/** What the owner sees of all there is. */
async function viewOf({ api, requests }: TwoOwners) {
  const reads = requests.filter(({ method, path }) => method === "GET" && !isOfTheMoment(path));
  const answers = reads.map(async ({ path }) => [path, (await api("GET", path)).body] as const);
  return Object.fromEntries(await Promise.all(answers));
}

/** Diagnoses take the time of what they ask; the log of the organization also tells of others. */
const isOfTheMoment = (path: string) => /\/(diagnosis|setup|audit-log|health)$/.test(path);

/** Of the owner's, where a list is of something that has an id. */
const pathOf = ({ requests }: TwoOwners, { title }: { readonly title: string }) =>
  requests.find((request) => request.title === title)?.path ?? "";

describe.each(INTRUDERS)("to %s", (kind) => {
  it("no answer names what is another's, neither in lists", async () => {
    const here = await twoOwners(kind);
    const names = namesOf(here);
    const { api, requests } = here.intruder;
    for (const { title, method, path, body } of requests) {
      const answer = await api(method, path, { body });
      expectNothingOf(names, answer.body, title);
    }
    const { body } = await api("GET", "/connections");
    expect(JSON.stringify(body)).toContain(here.intruder.product.main.connectionId);
  });

  it.each(lists)("$title finds nothing of another's, filtered by its names", async (list) => {
    const here = await twoOwners(kind);
    const names = namesOf(here);
    const { main } = here.product;
    const values: Readonly<Record<string, string>> = { ...main, actor: "bootstrap" };
    const target = pathOf(here, list);
    for (const filter of list.names.filter((name) => name in values)) {
      const path = `${target}?${filter}=${values[filter]}`;
      const found = await here.api("GET", path);
      expect(found.body.data, path).not.toEqual([]);
      const { status, body } = await here.intruder.api("GET", path);
      if (status === 200) expect(body.data, path).toEqual([]);
      expectNothingOf(names, body, path);
    }
  });

  it.each(lists)("$title goes on at no cursor of another's", async (list) => {
    const here = await twoOwners(kind);
    const path = pathOf(here, list);
    const first = await here.api("GET", `${path}?limit=1`);
    expect(first.body.nextCursor, "there is more than one").not.toBeNull();
    const cursor = encodeURIComponent(String(first.body.nextCursor));
    const { status, body } = await here.intruder.api("GET", `${path}?limit=1&cursor=${cursor}`);
    const isRefused = kind === "another organization" || list.path.includes("{");
    if (isRefused) expect([400, 403, 404]).toContain(status);
    expectNothingOf(namesOf(here), body, path);
  });

  it("what another has already cannot be claimed, and stays as it was", async () => {
    const here = await twoOwners(kind);
    const { main } = here.product;
    const before = await viewOf(here);
    const { tenantId, phoneNumberId, accessToken } = main;
    const { api } = here.intruder;
    for (const claimant of [tenantId, "intruder"]) {
      const body = { tenantId: claimant, phoneNumberId, accessToken };
      const { status, body: answer } = await api("POST", "/connections", { body });
      expect([403, 409]).toContain(status);
      expectNothingOf(namesOf(here), answer, "POST /connections");
    }
    const filter = { tenantIds: [tenantId], connectionIds: [main.connectionId] };
    const hook = { url: here.product.hook.webhookUrl, filter };
    const key = { name: "spy", scopes: ["*"], tenantIds: [tenantId] };
    const isBound = kind === "another tenant's key";
    for (const [path, body] of [
      ["/webhook-endpoints", hook],
      ["/api-keys", key],
    ] as const) {
      const { status } = await api("POST", path, { body });
      expect(status, path).toBe(isBound ? 403 : 201);
    }
    expect(await viewOf(here)).toEqual(before);
  });
});
