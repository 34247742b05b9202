import type { MetaApp } from "@wabakit/testing";
import { type Receiver, receiver, startMeta } from "./receiver.ts";

/** A hub with two Meta apps. */
export interface TwoApps extends Receiver {
  /** The other one; the first is `meta.app`. */
  readonly second: MetaApp;
}

export async function withTwoApps(): Promise<TwoApps> {
  const meta = await startMeta();
  const second = meta.addApp({ appSecret: "secret-of-the-second-app" });
  return { ...(await receiver({ meta, apps: () => [meta.app, second] })), second };
}
