import { describe, expect, it } from "vitest";
import type { AnyEvent } from "../events.ts";
import { type Endpoint, endpointRef, readEndpoint, wants } from "./endpoint.ts";

const endpoint: Endpoint = {
  id: "whe_1",
  organizationId: "org_1",
  url: "https://hooks.example.com/",
  events: ["*"],
  description: null,
  filter: null,
  enabled: true,
  disabledReason: null,
  concurrency: 4,
  rateLimit: null,
  ordered: false,
  secrets: [],
  secretEnds: [],
  signature: "standard",
  headers: null,
  createdAt: "2026-11-21T00:00:00.000Z",
  place: 0,
};

const data = { tenantId: "acme", connectionId: "conn_1", wabaId: "104" };

/** Only what `wants` looks at. */
function event(type: string, fields: object = data): AnyEvent {
  return { type, data: fields } as unknown as AnyEvent;
}

describe("patterns", () => {
  it.each([
    ["*", "message.received", true],
    ["message.received", "message.received", true],
    ["message.received", "message.status_updated", false],
    ["message.*", "message.received", true],
    ["message.*", "message.status_updated", true],
    ["message.*", "messages.received", false],
    ["message.*", "message", false],
    ["connection.*", "connection.heartbeat.due_soon", true],
    ["connection.heartbeat.*", "connection.disconnected", false],
    ["message", "message.received", false],
  ])("%s for %s: %s", (pattern, type, wanted) => {
    expect(wants({ ...endpoint, events: [pattern] }, event(type))).toBe(wanted);
  });

  it("are alternatives", () => {
    const events = ["webhook.unknown", "message.*"];
    expect(wants({ ...endpoint, events }, event("message.received"))).toBe(true);
    expect(wants({ ...endpoint, events }, event("account.updated"))).toBe(false);
  });
});

describe("a filter", () => {
  it.each([
    [{ tenantIds: ["acme"] }, true],
    [{ tenantIds: ["other", "acme"] }, true],
    [{ tenantIds: ["Acme"] }, false],
    [{ connectionIds: ["conn_1"] }, true],
    [{ connectionIds: ["conn_2"] }, false],
    [{ wabaIds: ["104"] }, true],
    [{ wabaIds: ["105"] }, false],
    [{ tenantIds: ["acme"], wabaIds: ["105"] }, false],
    [{}, true],
  ])("%j lets the event pass: %s", (filter, passes) => {
    expect(wants({ ...endpoint, filter }, event("message.received"))).toBe(passes);
  });

  it("by connection leaves out what is about the whole account", () => {
    const filter = { connectionIds: ["conn_1"] };
    const about = event("account.updated", { ...data, connectionId: null });
    expect(wants({ ...endpoint, filter }, about)).toBe(false);
  });

  it("leaves out events that say nothing about what it asks for", () => {
    const filter = { tenantIds: ["acme"] };
    expect(wants({ ...endpoint, filter }, event("endpoint.failing", {}))).toBe(false);
  });
});

it("wants nothing once it is disabled", () => {
  expect(wants({ ...endpoint, enabled: false }, event("message.received"))).toBe(false);
});

it("has a name that can be a job id", () => {
  expect(endpointRef(endpoint)).toMatch(/^[\w.-]+$/);
});

it("that was stored before there were more settings has none of them", () => {
  const { rateLimit, ordered, secretEnds, signature, headers, ...older } = endpoint;
  expect(readEndpoint(older)).toEqual(endpoint);
  const set = { ...endpoint, rateLimit: 5, ordered: true, headers: "sealed" };
  expect(readEndpoint(set)).toEqual(set);
});
