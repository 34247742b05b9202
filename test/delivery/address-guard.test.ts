import { once } from "node:events";
import { createServer } from "node:net";
import { systemClock } from "@wabakit/core";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { attempt } from "../../packages/core/src/delivery/attempt.ts";
import { createEgress } from "../../packages/core/src/egress/send.ts";
import { scene } from "./scene.ts";

/** Loopback, but nobody's: the port is the second one that URLs may have. */
const PRIVATE = { address: "127.0.0.77", family: 4, port: 8443 };

describe("a hub in production", () => {
  it.each([
    ["http://hooks.example.com/x", "https://"],
    ["https://10.0.0.7/x", "private"],
    ["https://127.0.0.1/x", "private"],
    ["https://0x7f.1/x", "private"],
    ["https://[::1]/x", "private"],
    ["https://[::ffff:169.254.169.254]/", "private"],
    ["https://169.254.169.254/latest/meta-data", "private"],
    ["https://localhost/x", "local name"],
    ["https://intranet/x", "local name"],
    ["https://hooks.example.com:22/x", "port"],
    ["https://user:pass@hooks.example.com/", "password"],
    ["ftp://hooks.example.com/x", "https://"],
    ["javascript:alert(1)", "https://"],
    ["hooks.example.com", "cannot be read"],
    ["https://hooks.example.com/\nx", "control character"],
  ])("refuses %j as an endpoint, and says why", async (url, why) => {
    const here = await scene({ allowPrivateNetwork: false });
    const { status, body } = await here.addEndpoint({ url });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      type: "invalid_request",
      code: "invalid_webhook_url",
      message: expect.stringContaining(why),
    });
    expect(await here.call("GET", "/webhook-endpoints")).toMatchObject({ body: { data: [] } });
  });

  it("takes a public one, in its normal form", async () => {
    const here = await scene({ allowPrivateNetwork: false });
    const { status, body } = await here.addEndpoint({ url: "HTTPS://Hooks.Example.com:443/X?y=1" });
    expect({ status, url: body.url }).toEqual({
      status: 201,
      url: "https://hooks.example.com/X?y=1",
    });
  });
});

test("a name that leads to a private address is not dialled", async () => {
  let visits = 0;
  const trap = createServer(() => {
    visits += 1;
  });
  await once(trap.listen(PRIVATE.port, PRIVATE.address), "listening");
  const egress = createEgress({
    policy: { allowPrivateNetwork: false },
    lookup: async () => [PRIVATE],
  });
  onTestFinished(async () => {
    await egress.close();
    trap.close();
  });
  const target = { url: "https://innocent.example.com:8443/", canEnd: true };
  const compose = () => ({ headers: {}, body: Buffer.from("{}") });
  const parts = { egress, clock: systemClock, random: () => 0.5, scheduleMs: [0, 5_000] };
  const verdict = await attempt(parts, target, { compose, number: 1 });
  expect(verdict).toMatchObject({
    status: "retrying",
    attempt: { httpStatus: null, errorClass: "address_blocked" },
  });
  expect(verdict.attempt.excerpt).not.toContain(PRIVATE.address);
  expect(visits).toBe(0);
});
