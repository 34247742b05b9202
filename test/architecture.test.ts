import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { readSources, type Source } from "./architecture/source.ts";

const CORE = "packages/core/src/";
const sources = readSources();
const core = sources.filter(({ path }) => path.startsWith(CORE));

/** Folders that know nothing about our product. */
const PORTS = ["http", "meta", "egress", "store", "queue", "crypto", "telemetry"];
const FEATURES = [
  "webhook",
  "connections",
  "heartbeat",
  "onboarding",
  "delivery",
  "access",
  "meta-apps",
];
/** What the folders may know of the files beside them; the rest puts the parts together. */
const FOUNDATION = [
  "app",
  "by-deadline",
  "clock",
  "error-categories",
  "events",
  "failure",
  "in-turn",
  "logger",
  "meta-app",
  "safe-parse",
];

/** Who may use a library: everybody else goes through them. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  undici: ["packages/core/src/meta/", "packages/core/src/egress/", "packages/testing/src/"],
  keyv: ["packages/core/src/store/"],
  "node:sqlite": ["packages/core/src/store/backends/lock-database.ts"],
  // Whoever dials by another way is not held against the addresses that egress refuses.
  "node:net": ["packages/core/src/egress/", "packages/testing/src/"],
  "node:tls": [],
  "node:https": [],
  "node:http2": [],
  "node:dns": [],
  "node:dns/promises": ["packages/core/src/egress/"],
  "node:http": ["packages/core/src/http/node.ts", "packages/testing/src/"],
  "raw-body": ["packages/core/src/http/node.ts"],
  express: ["packages/express/src/"],
  koa: ["packages/koa/src/"],
  "@opentelemetry/api": ["packages/core/src/telemetry/"],
  "@wabakit/pages": ["packages/core/src/onboarding/page/"],
  vitest: ["packages/testing/src/contracts/"],
};

/** Data, and suites of cases: long because they are complete. */
const MAY_BE_LONG = /\/contracts\//;

/** The folder of core a file is in; the file's own name where it is in none. */
function areaOf(path: string): string {
  const [area = ""] = path.slice(CORE.length).split("/");
  return basename(area, ".ts");
}

function wrong(check: (source: Source) => readonly string[]): readonly string[] {
  return sources.flatMap((source) => check(source).map((what) => `${source.path}${what}`));
}

describe("imports", () => {
  test("go through one door per library", () => {
    const strays = wrong(({ path, imports }) =>
      imports
        .filter(({ from, isType }) => !isType && DOORS[from])
        .filter(({ from }) => !DOORS[from]?.some((door) => path.startsWith(door)))
        .map(({ from }) => ` imports ${from}`),
    );
    expect(strays).toEqual([]);
  });

  test("are the only way out: nothing of core asks the network by a global", () => {
    const strays = wrong(({ path, text }) =>
      path.startsWith(CORE) && /(?<![.\w])fetch\(|new (WebSocket|EventSource)\(/.test(text)
        ? [" asks the network by itself"]
        : [],
    );
    expect(strays).toEqual([]);
  });

  test("never lead from a port to a feature, nor to what puts the parts together", () => {
    expect(importsBeyond(PORTS, [...PORTS, ...FOUNDATION])).toEqual([]);
  });

  test("never lead from a feature to what puts the parts together", () => {
    expect(importsBeyond(FEATURES, [...PORTS, ...FEATURES, ...FOUNDATION])).toEqual([]);
  });

  test("never go in a circle, neither between files nor between features", () => {
    const files = new Map(sources.map(({ path, imports }) => [path, runtimeTargets(imports)]));
    expect(circleIn(files)).toBeUndefined();

    const features = new Map(
      FEATURES.map((feature) => {
        const own = core.filter(({ path }) => areaOf(path) === feature);
        const targets = own.flatMap(({ imports }) => imports.map(({ from }) => areaOf(from)));
        return [feature, targets.filter((to) => FEATURES.includes(to) && to !== feature)];
      }),
    );
    expect(circleIn(features)).toBeUndefined();
  });

  test("of the other packages reach core by its name only", () => {
    const strays = wrong(({ path, imports }) =>
      imports
        .filter(({ from }) => from.startsWith("packages/") && packageOf(from) !== packageOf(path))
        .map(({ from }) => ` imports ${from}`),
    );
    expect(strays).toEqual([]);
  });
});

/** What files of some areas import of core, beyond what they may. */
function importsBeyond(areas: readonly string[], allowed: readonly string[]): readonly string[] {
  const from = core.filter(({ path }) => areas.includes(areaOf(path)));
  return from.flatMap(({ path, imports }) =>
    imports
      .filter((to) => to.from.startsWith(CORE) && !allowed.includes(areaOf(to.from)))
      .map((to) => `${path} imports ${to.from}`),
  );
}

function runtimeTargets(imports: Source["imports"]): readonly string[] {
  return imports.filter(({ isType }) => !isType).map(({ from }) => from);
}

function packageOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/** The first way from a node back to itself. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    const circles = (graph.get(node) ?? []).map((next) => visit(next, [...way, node]));
    done.add(node);
    return circles.find((circle) => circle !== undefined);
  };
  return [...graph.keys()].map((node) => visit(node, [])).find((circle) => circle !== undefined);
}

describe("sizes", () => {
  test("a file has at most 200 lines", () => {
    const long = wrong(({ path, text }) => {
      const lines = text.split("\n").length - 1;
      return lines > 200 && !MAY_BE_LONG.test(path) ? [` has ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test("a function has at most 40 lines of its own, 3 parameters, and 2 levels of nesting", () => {
    const big = wrong(({ path, functions }) =>
      functions
        .filter(({ lines }) => lines <= 40 || !MAY_BE_LONG.test(path))
        .filter(({ lines, parameters, nesting }) => lines > 40 || parameters > 3 || nesting > 2)
        .map(({ line, ...size }) => `:${line} ${JSON.stringify(size)}`),
    );
    expect(big).toEqual([]);
  });

  test("an adapter is at most 20 lines of code", () => {
    for (const path of ["packages/express/src/mount.ts", "packages/koa/src/mount.ts"]) {
      const text = readFileSync(path, "utf8");
      const body = text.slice(text.indexOf("export function mount"));
      const code = body.split("\n").filter((line) => !/^\s*(\/\/.*|\/?\*.*)?$/.test(line));
      expect(code.length, path).toBeLessThanOrEqual(20);
    }
  });
});

describe("names", () => {
  test("no file is a drawer for everything", () => {
    const drawers = sources.filter(({ path }) =>
      /^(utils?|helpers?|common|shared|misc)\b/.test(basename(path)),
    );
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });

  test("every file of core is explained in ARCHITECTURE.md, and nothing else is", () => {
    const page = readFileSync("ARCHITECTURE.md", "utf8");
    const told = page
      .slice(page.indexOf("## Where what is"))
      .matchAll(/`(?:[\w-]+\/)*([\w-]+\.ts)`/g);
    const files = core.map(({ path }) => basename(path));
    expect([...told].map(([, name]) => name).sort()).toEqual(files.sort());
  });

  test("core knows no framework", () => {
    const words = wrong(({ path, text }) =>
      path.startsWith(CORE) && /from "(express|koa)/.test(text) ? [" knows a framework"] : [],
    );
    expect(words).toEqual([]);
  });
});

describe("what is public", () => {
  const indexes = sources.filter(({ path }) => /\/src\/(contracts\/)?index\.ts$/.test(path));

  test("is documented", () => {
    const bare = indexes.flatMap((index) =>
      exportsOf(index)
        .filter(({ name, from }) => !isDocumented(name, from))
        .map(({ name, from }) => `${from}: ${name}`),
    );
    expect(bare).toEqual([]);
  });

  test("is what the list says; a change of it is a decision", () => {
    const names = indexes.flatMap((index) =>
      exportsOf(index).map(({ name }) => `${dirname(index.path).split("/src")[0]} ${name}`),
    );
    const frozen = readFileSync("test/architecture/public-names.txt", "utf8").trim().split("\n");
    expect(names.sort()).toEqual(frozen);
  });
});

function exportsOf(index: Source): readonly { readonly name: string; readonly from: string }[] {
  const blocks = index.text.matchAll(/export (?:type )?\{([^}]*)\} from "(\.[^"]+)"/g);
  return [...blocks].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) => name.replace(/^\s*type\s+/, "").trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, from: `${dirname(index.path)}/${from.slice(2)}` })),
  );
}

function isDocumented(name: string, path: string): boolean {
  const source = sources.find((candidate) => candidate.path === path);
  const kinds = "interface|type|const|function|async function|class";
  const declared = new RegExp(`\\*/\\s*export (?:${kinds}) ${name}\\b`);
  return source !== undefined && declared.test(source.text);
}
