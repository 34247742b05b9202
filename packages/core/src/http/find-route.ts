import type { Route } from "./route.ts";

/** The route a request is for, and what stands in its path for the names of the row. */
export interface Match<App> {
  readonly route: Route<App>;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a method and a path; `undefined` for what is none of ours. */
export function routeFinder<App>(
  basePath: string,
  routes: readonly Route<App>[],
): (method: string, path: string) => Match<App> | undefined {
  const rows = routes.map((route) => {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
    const pattern = route.path.replaceAll(/:\w+/g, "([^/]+)");
    return { route, names, pattern: new RegExp(`^${pattern}/?$`) };
  });

  return (method, path) => {
    if (!path.startsWith(basePath)) return undefined;
    const rest = path.slice(basePath.length);
    for (const { route, names, pattern } of rows) {
      const found = method === route.method ? pattern.exec(rest) : null;
      if (found) return { route, params: readParams(names, found.slice(1)) };
    }
    return undefined;
  };
}

function readParams(names: readonly string[], values: readonly string[]) {
  return Object.fromEntries(names.map((name, index) => [name, decode(values[index] ?? "")]));
}

/** A malformed escape names nothing we have. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
