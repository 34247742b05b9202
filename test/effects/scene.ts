import type { AnyEvent, EventType, HubOptions } from "@wabakit/core";
import { expect } from "vitest";
import { claimOf, type Scene, scene } from "../connections/scene.ts";

/** A connected number, and what is told of it. */
export interface Subject extends Scene {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly connectionId: string;
  readonly displayPhoneNumber: string;
  readonly heard: readonly AnyEvent[];
  /** Sends news of the account, `at` epoch ms by Meta's clock, and waits until they are told. */
  readonly tell: (
    field: string,
    value: Readonly<Record<string, unknown>>,
    at?: number,
  ) => Promise<void>;
  readonly connection: (id?: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly toldOf: (type: EventType) => readonly Readonly<Record<string, unknown>>[];
}

/** Connects a number that the WhatsApp Business app shares, unless another kind is wanted. */
export async function subject(
  number: Parameters<Scene["account"]>[0] = { isOnBizApp: true },
  { options = {}, claim = {} }: { options?: Partial<HubOptions>; claim?: object } = {},
): Promise<Subject> {
  const here = await scene(options);
  const heard: AnyEvent[] = [];
  here.hub.on("*", (event) => void heard.push(event));
  const displayPhoneNumber = "+1 555-010-0001";
  const account = here.account({ displayPhoneNumber, ...number });
  const { body } = await here.connect({ ...claimOf(account), ...claim });
  const connectionId = String(body.connectionId);
  return {
    ...here,
    ...account,
    connectionId,
    displayPhoneNumber,
    heard,
    async tell(field, value, at) {
      const payload = here.meta.change({
        wabaId: account.wabaId,
        field,
        value,
        ...(at !== undefined && { at }),
      });
      const before = heard.length;
      const { status } = await here.meta.send(here.callbackUrl, payload);
      expect(status).toBe(200);
      await expect.poll(() => heard.length, { timeout: 15_000 }).toBeGreaterThan(before);
    },
    async connection(id = connectionId) {
      return (await here.api("GET", `/connections/${id}`)).body;
    },
    toldOf: (type) => heard.filter((event) => event.type === type).map(({ data }) => ({ ...data })),
  };
}
