import { scene } from "./scene.ts";

export const SECRET = "the-secret-of-the-second-app";

/** A hub, and an app at Meta that it does not know. */
export async function withApp() {
  const here = await scene();
  const { appId } = here.meta.addApp({ appSecret: SECRET });
  const wanted = { name: "Second", appId, appSecret: SECRET };
  return { ...here, appId, wanted };
}
