import { describe, expect, it } from "vitest";
import { operationId, tagOf } from "./openapi-names.ts";

describe("an operation's name", () => {
  it.each([
    ["GET", "/connections", true, "listConnections"],
    ["GET", "/connections/:id", false, "getConnection"],
    ["POST", "/connections", false, "createConnection"],
    ["PATCH", "/wabas/:wabaId/webhook", false, "updateWabaWebhook"],
    ["PUT", "/wabas/:wabaId/access-token", false, "replaceWabaAccessToken"],
    ["DELETE", "/api-keys/:id", false, "deleteApiKey"],
    ["POST", "/api-keys/:id/rotate", false, "rotateApiKey"],
    ["POST", "/wabas/:wabaId/rotate-signing-secret", false, "rotateWabaSigningSecret"],
    ["POST", "/connections/:id/heartbeat/confirm", false, "confirmConnectionHeartbeat"],
    ["POST", "/connections/:id/heartbeat/link", false, "createConnectionHeartbeatLink"],
    ["GET", "/connections/:id/diagnosis", false, "getConnectionDiagnosis"],
    ["GET", "/webhook-endpoints/:id/deliveries/:deliveryId", false, "getWebhookEndpointDelivery"],
    ["GET", "/audit-log", true, "listAuditLog"],
    ["GET", "/organization", false, "getOwnOrganization"],
    ["GET", "/organizations/:id", false, "getOrganization"],
  ])("of %s %s is a verb and its objects", (method, path, isList, name) => {
    expect(operationId({ method, path, isList })).toBe(name);
  });
});

describe("a tag", () => {
  it("is the noun a path begins with", () => {
    expect(tagOf("/connections/:id/health").name).toBe("Connections");
    expect(tagOf("/organization").name).toBe("Organizations");
    expect(tagOf("/organizations/:id").name).toBe("Organizations");
  });

  it("is made of the path where nobody has described it", () => {
    expect(tagOf("/price-lists/:id")).toEqual({ name: "Price lists", description: "Price lists." });
  });
});
