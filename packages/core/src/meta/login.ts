/** How a browser signs up with a Meta app: Facebook Login for Business, in a popup or in its own window. */
export interface MetaLogin {
  /** E.g. `v25.0`. */
  readonly graphVersion: string;
  /** Meta's JavaScript SDK. */
  readonly sdkUrl: string;
  /** Meta's dialog, for browsers that are sent there without the SDK. */
  readonly dialogUrl: string;
  /** Whose messages a page may believe; `*` stands for any subdomain, and for none. */
  readonly messageOrigins: readonly string[];
  /** What else the SDK talks to, as sources of a Content-Security-Policy. */
  readonly sources: readonly string[];
}

const META_GRAPH = "https://graph.facebook.com";

/** A fake plays everything on the host of its Graph API. */
export function metaLogin({
  graphUrl,
  graphVersion,
}: {
  readonly graphUrl: string;
  readonly graphVersion: string;
}): MetaLogin {
  const { origin } = new URL(graphUrl);
  const isMeta = origin === META_GRAPH;
  const [sdk, dialog] = isMeta
    ? ["https://connect.facebook.net", "https://www.facebook.com"]
    : [origin, origin];
  return {
    graphVersion,
    sdkUrl: `${sdk}/en_US/sdk.js`,
    dialogUrl: `${dialog}/${graphVersion}/dialog/oauth`,
    messageOrigins: isMeta ? ["https://*.facebook.com"] : [origin],
    sources: isMeta ? ["https://*.facebook.com", "https://*.facebook.net"] : [origin],
  };
}
