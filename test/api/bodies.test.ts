import { describe, expect, it } from "vitest";
import { scene } from "./scene.ts";

const refusal = (status: number, code: string) => ({ status, body: { error: { code } } });

// `toEqual` on what it returns is what checks it.
const pathsOf = (body: { error?: unknown }) =>
  (body.error as { fields: { path: string }[] }).fields.map(({ path }) => path);

describe.each(["express", "koa"] as const)("on %s, a body", (host) => {
  it.each(["{", "tenantId=acme", '{"a":1}}', "\u0000", "NaN"])(
    "that is %j is no JSON",
    async (text) => {
      const here = await scene(host);
      const answer = await here.api("POST", "/connections", { text });
      expect(answer).toMatchObject(refusal(400, "invalid_request"));
      expect(answer.body.error).toMatchObject({ message: expect.stringContaining("JSON") });
    },
  );

  it.each(["[]", "null", "7", '"text"'])("that is %s is no object", async (text) => {
    const here = await scene(host);
    const answer = await here.api("POST", "/connections", { text });
    expect(answer).toMatchObject(refusal(400, "invalid_request"));
  });

  it("of another type is refused as that", async () => {
    const here = await scene(host);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const headers = { "content-type": type };
      expect(await here.api("POST", "/connections", { text: "{}", headers })).toMatchObject(
        refusal(415, "unsupported_media_type"),
      );
    }
  });

  it("that is compressed is refused", async () => {
    const here = await scene(host);
    const headers = { "content-encoding": "gzip" };
    expect(await here.api("POST", "/connections", { text: "{}", headers })).toMatchObject(
      refusal(415, "unsupported_encoding"),
    );
  });

  it("may have 256 KiB and not a byte more", async () => {
    const here = await scene(host);
    const padded = (bytes: number) => `{"pad":"${"x".repeat(bytes - 10)}"}`;
    const most = padded(256 * 1024);
    expect(most).toHaveLength(256 * 1024);
    const fits = await here.api("POST", "/connections", { text: most });
    expect(pathsOf(fits.body)).toContain("pad");
    expect(await here.api("POST", "/connections", { text: padded(256 * 1024 + 1) })).toMatchObject(
      refusal(413, "body_too_large"),
    );
  });

  it("that is nested without end is refused", async () => {
    const here = await scene(host);
    const text = `{"metadata":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`;
    expect(await here.api("POST", "/connections", { text })).toMatchObject(
      refusal(400, "invalid_request"),
    );
  });
});

describe("what is wrong in a body", () => {
  it("is listed whole", async () => {
    const here = await scene();
    const body = {
      tenantId: "",
      phoneNumberId: "+1 555",
      accessToken: 7,
      wabaId: "me",
      name: "",
      metadata: [],
      appId: "app",
      tenantid: "acme",
    };
    const answer = await here.api("POST", "/connections", { body });
    expect(answer).toMatchObject(refusal(400, "invalid_request"));
    expect(pathsOf(answer.body).sort()).toEqual(Object.keys(body).sort());
  });

  it("is listed where it is nested", async () => {
    const here = await scene();
    const body = {
      url: 7,
      events: ["message.received", "Message!"],
      filter: { tenantIds: [], tenants: ["a"] },
      concurrency: 65,
      secret: "hunter2",
    };
    const answer = await here.api("POST", "/webhook-endpoints", { body });
    expect(pathsOf(answer.body).sort()).toEqual([
      "concurrency",
      "events.1",
      "filter.tenantIds",
      "filter.tenants",
      "secret",
      "url",
    ]);
    expect(JSON.stringify(answer.body)).not.toContain("hunter2");
  });

  it.each([
    { tenantId: "x".repeat(129) },
    { phoneNumberId: "1".repeat(33) },
    { accessToken: "x".repeat(4_097) },
    { name: "x".repeat(257) },
    { metadata: { pad: "x".repeat(8 * 1024) } },
    { metadata: "text" },
    { webhookurl: "https://hooks.example.com" },
    { __proto__x: 1 },
  ])("is the one field of %o", async (fields) => {
    const here = await scene();
    const good = { tenantId: "acme", phoneNumberId: "1", accessToken: "x" };
    const answer = await here.api("POST", "/connections", { body: { ...good, ...fields } });
    expect(answer.status).toBe(400);
    expect(pathsOf(answer.body)).toEqual(Object.keys(fields));
  });

  it("is not metadata of 8 KiB, which comes back as it was given", async () => {
    const here = await scene();
    const metadata = { "é 🎉": ["a", null, 1.5, { deep: true }], pad: "x".repeat(8_000) };
    const claim = here.requests.find(({ title }) => title === "POST /connections")?.body;
    const { status, body } = await here.api("POST", "/connections", {
      body: { ...claim, metadata },
    });
    expect(status).toBe(201);
    expect(body.metadata).toEqual(metadata);
  });
});
