import type { AnyEvent, EventType, HubEvent, HubOptions } from "@wabakit/core";
import type { FakeMetaOptions } from "@wabakit/testing";
import { expect } from "vitest";
import { type Scene as Connections, scene as connectionsScene } from "../connections/scene.ts";
import type { Answer } from "../spine/setting.ts";

type FinishInput = Parameters<Connections["meta"]["finishSignup"]>[0];
type NumberInput = Omit<Parameters<Connections["meta"]["addNumber"]>[0], "wabaId">;

/** What a page's script was answered, and the cookie it was given. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, never> & { [name: string]: unknown };
}

/** A browser with a link in hand, as its requests show it. */
export interface Tab {
  readonly post: (action: string, body: unknown, headers?: Sent) => Promise<PageAnswer>;
  /** Opens an address of ours, and follows nowhere. */
  readonly visit: (path: string) => Promise<Response>;
}

type Sent = Readonly<Record<string, string>>;

export interface Scene extends Connections {
  readonly heard: readonly AnyEvent[];
  /** The first event of a type, as soon as there is one. */
  readonly event: <Type extends EventType>(type: Type) => Promise<HubEvent<Type>>;
  /** A customer's account at Meta with numbers, which no app is subscribed to. */
  readonly customer: (...numbers: readonly NumberInput[]) => Customer;
  /** A new session; its answer. */
  readonly begin: (fields?: Readonly<Record<string, unknown>>) => Promise<Begun>;
  readonly session: (sessionId: string) => Promise<Answer["body"]>;
  readonly complete: (
    sessionId: string,
    body: Readonly<Record<string, unknown>>,
  ) => Promise<Answer>;
  readonly resume: (sessionId: string, body?: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** Plays Meta's dialog to its end; the code it gives. */
  readonly signUp: (input: FinishInput) => string;
  readonly tab: () => Tab;
}

export interface Customer {
  readonly wabaId: string;
  readonly phoneNumberIds: readonly string[];
  readonly phoneNumberId: string;
}

export interface Begun {
  readonly sessionId: string;
  readonly onboardingUrl: string;
  readonly link: string;
  readonly expiresAt: string;
  readonly idempotencyExpiresAt: string | null;
}

/** A number as it stands after Embedded Signup: verified, and not registered. */
export const NEW_NUMBER: NumberInput = { platformType: "NOT_APPLICABLE" };

export async function scene(
  options: Partial<HubOptions> = {},
  metaOptions: FakeMetaOptions = {},
): Promise<Scene> {
  const here = await connectionsScene(options, metaOptions);
  const { api, meta, hub } = here;
  const heard: AnyEvent[] = [];
  hub.on("*", async (event) => void heard.push(event));
  return {
    ...here,
    heard,
    async event(type) {
      const isIt = ({ type: event }: AnyEvent) => event === type;
      await expect.poll(() => heard.some(isIt), { timeout: 10_000 }).toBe(true);
      // Found by its type.
      return heard.find(isIt) as HubEvent<typeof type>;
    },
    customer(...numbers) {
      const { wabaId } = meta.addWaba();
      const given = numbers.length > 0 ? numbers : [NEW_NUMBER];
      const phoneNumberIds = given.map(
        (number) => meta.addNumber({ ...number, wabaId }).phoneNumberId,
      );
      return { wabaId, phoneNumberIds, phoneNumberId: phoneNumberIds[0] ?? "" };
    },
    async begin(fields = {}) {
      const body = { tenantId: "acme", tenantName: "Acme", ...fields };
      const answer = await api("POST", "/onboarding/sessions", { body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      const begun = answer.body as unknown as Omit<Begun, "link">;
      return { ...begun, link: new URL(begun.onboardingUrl).hash.slice(1) };
    },
    session: async (id) => (await api("GET", `/onboarding/sessions/${id}`)).body,
    complete: (id, body) => api("POST", `/onboarding/sessions/${id}/complete`, { body }),
    resume: (id, body = {}) => api("POST", `/onboarding/sessions/${id}/resume`, { body }),
    signUp: (input) => meta.finishSignup(input).code,
    tab: () => newTab(here.url),
  };
}

function newTab(url: string): Tab {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit) => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const response = await fetch(`${url}${path}`, { ...init, headers, redirect: "manual" });
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    return response;
  };
  return {
    async post(action, body, headers = {}) {
      const all = { "content-type": "application/json", ...headers };
      const init = { method: "POST", headers: all, body: JSON.stringify(body) };
      const response = await send(`/connect/${action}`, init);
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: JSON.parse(text) };
    },
    visit: (path) => send(path, {}),
  };
}
