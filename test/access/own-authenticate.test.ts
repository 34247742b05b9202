import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHub, type HubOptions, keyvStore } from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import { fakeMeta } from "@wabakit/testing";
import express, { type ErrorRequestHandler } from "express";
import { Keyv } from "keyv";
import Koa from "koa";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Host, hubOptions } from "../spine/setting.ts";
import { refusal, scene } from "./scene.ts";

type Authenticate = NonNullable<HubOptions["authenticate"]>;

const caller = { organizationId: "org_1", scopes: ["connections:read" as const], actor: "alice" };

describe.each<Host>(["express", "koa"])("a host's own authenticate on %s", (host) => {
  it("says whose a request is and what it may, in place of API keys", async () => {
    const authenticate: Authenticate = ({ headers }) =>
      headers["x-user"] === "alice" ? caller : undefined;
    const { api, hub } = await scene(host, { authenticate });
    const alice = { "x-user": "alice" };
    const { body } = await api("GET", "/organization", undefined, alice);
    expect(body.organizationId).toBe("org_1");
    expect(await api("POST", "/api-keys", { name: "k" }, alice)).toMatchObject(
      refusal(403, "forbidden"),
    );
    expect(await api("GET", "/organization")).toMatchObject(refusal(401, "unauthorized"));
    expect((await hub.organization("org_1").auditLog.list()).data).toEqual([]);
  });

  it("is named by the audit log, by whatever actor it gives", async () => {
    const authenticate: Authenticate = () => ({ ...caller, scopes: ["*"] });
    const { api, hub } = await scene(host, { authenticate });
    expect((await api("POST", "/organizations", { name: "Acme" })).status).toBe(201);
    const { data } = await hub.organization("org_1").auditLog.list();
    expect(data).toMatchObject([{ actor: "alice", action: "organization.created" }]);
  });

  it("that answers nonsense opens nothing, and is told what was wrong", async () => {
    // What a host without types may answer.
    const authenticate = (() => ({ ...caller, tenantids: ["a"] })) as unknown as Authenticate;
    const { api } = await scene(host, { authenticate });
    const answer = await api("GET", "/organization");
    expect(answer).toMatchObject(refusal(500, "internal_error"));
    expect(JSON.stringify(answer.body)).toContain("tenantids");
  });

  it("that rejects is the business of the host's error handler", async () => {
    const authenticate: Authenticate = () => Promise.reject(new Error("the directory is down"));
    const { url, errors } = await hostWithErrorHandler(host, authenticate);
    const response = await fetch(`${url}/api/v1/organization`);
    expect([response.status, await response.text()]).toEqual([599, "the host's own words"]);
    expect(errors).toMatchObject([{ message: "the directory is down" }]);
  });
});

async function hostWithErrorHandler(host: Host, authenticate: Authenticate) {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const hub = createHub({ ...hubOptions(meta), store: keyvStore(new Keyv()), authenticate });
  await hub.start();
  onTestFinished(hub.stop);
  const errors: unknown[] = [];
  const server = createServer(host === "express" ? onExpress() : onKoa());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, errors };

  function onExpress() {
    const handleError: ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error);
      response.status(599).send("the host's own words");
    };
    return express().use(mountExpress(hub)).use(handleError);
  }

  function onKoa() {
    const app = new Koa();
    app.use(async (context, next) => {
      await next().catch((error: unknown) => {
        errors.push(error);
        context.status = 599;
        context.body = "the host's own words";
      });
    });
    return app.use(mountKoa(hub)).callback();
  }
}
