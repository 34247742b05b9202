import { expect, it } from "vitest";
import { askHub } from "./ask-hub.ts";

const PAGE = "https://app.example.com/connect/onboard?session=sess_1";

const hubThat = (answer: () => Response | Promise<Response>) => {
  const requests: Request[] = [];
  const ask = askHub(PAGE, async (url, init) => {
    requests.push(new Request(url, init));
    return answer();
  });
  return { ask, requests };
};

it("asks beside the page, with JSON", async () => {
  const { ask, requests } = hubThat(() => Response.json({ status: "created" }));
  await expect(ask("onboard/open", { link: "t" })).resolves.toEqual({ status: "created" });
  const [request] = requests;
  expect(request?.url).toBe("https://app.example.com/connect/onboard/open");
  expect(request?.method).toBe("POST");
  expect(request?.headers.get("content-type")).toBe("application/json");
  await expect(request?.json()).resolves.toEqual({ link: "t" });
});

it.each([
  [403, "forbidden"],
  [404, "missing"],
  [409, "closed"],
  [400, "unavailable"],
  [429, "unavailable"],
  [500, "unavailable"],
  [503, "unavailable"],
])("a refusal with %d is %s", async (status, reason) => {
  const { ask } = hubThat(() => Response.json({ error: { code: "x" } }, { status }));
  await expect(ask("onboard/open", {})).rejects.toMatchObject({ reason });
});

it("no answer, and one that is not the hub's, are a hub that is unavailable", async () => {
  const silent = hubThat(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(silent.ask("onboard/open", {})).rejects.toMatchObject({ reason: "unavailable" });
  const foreign = hubThat(() => new Response("<h1>Welcome to our Wi-Fi</h1>"));
  await expect(foreign.ask("onboard/open", {})).rejects.toMatchObject({ reason: "unavailable" });
});
