/** A request target, cut in two. */
export interface Target {
  /** Starts with `/`, except for the `*` of OPTIONS. */
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
}

/** Cuts a request target, which may be a whole URL: RFC 9112 lets clients send one to any server. */
export function splitTarget(target: string): Target {
  const local = target.startsWith("/") ? target : withoutOrigin(target);
  const mark = local.indexOf("?");
  if (mark < 0) return { path: local, search: "" };
  return { path: local.slice(0, mark), search: local.slice(mark + 1) };
}

function withoutOrigin(target: string): string {
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  return local.startsWith("?") || local === "" ? `/${local}` : local;
}
