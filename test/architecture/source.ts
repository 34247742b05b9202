import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

/** A node of a syntax tree, as far as these rules look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A source file, read once. */
export interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSize[];
}

export interface Import {
  /** A package, or the path of a source file from the root of the repository. */
  readonly from: string;
  readonly isType: boolean;
}

/** How big a function is, without the functions in it. */
export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
  /** How many loops, branches and tries stand in each other. */
  readonly nesting: number;
}

const BRANCHES = /^(If|For|ForIn|ForOf|While|DoWhile|Switch|Try)Statement$/;
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Every source file of the packages; tests and fixtures are none. */
export function readSources(): readonly Source[] {
  const paths = globSync("packages/*/src/**/*.ts").filter((path) => !path.endsWith(".test.ts"));
  return paths.sort().map(readSource);
}

function readSource(path: string): Source {
  const text = readFileSync(path, "utf8");
  const { program, module } = parseSync(path, text);
  const root = program as unknown as Node;
  const edges = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      from: moduleRequest.value,
      isType: entries.length > 0 && entries.every((entry) => entry.isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ from: moduleRequest.value, isType }] : [],
      ),
    ),
  ];
  const imports = edges.map(({ from, isType }) => ({ from: resolve(path, from), isType }));
  return { path, text, imports, functions: functionsIn(root, text) };
}

function resolve(path: string, from: string): string {
  return from.startsWith(".") ? normalize(join(dirname(path), from)) : from;
}

function functionsIn(root: Node, text: string): readonly FunctionSize[] {
  return descendants(root, () => true)
    .filter(({ type }) => FUNCTIONS.test(type))
    .map((node) => measure(node, text));
}

function measure(node: Node, text: string): FunctionSize {
  const inner = descendants(node, (child) => !FUNCTIONS.test(child.type)).filter(({ type }) =>
    FUNCTIONS.test(type),
  );
  const linesOf = ({ start, end }: Node) => text.slice(start, end).split("\n").length;
  const hidden = inner.reduce((sum, child) => sum + linesOf(child) - 1, 0);
  const { items = node.params } = node.params as { items?: unknown };
  return {
    line: text.slice(0, node.start).split("\n").length,
    lines: linesOf(node) - hidden,
    parameters: Array.isArray(items) ? items.length : 0,
    nesting: nestingOf(node),
  };
}

function nestingOf(node: Node): number {
  const depths = childrenOf(node).map((child) => {
    if (FUNCTIONS.test(child.type)) return 0;
    const isElseIf = node.type === "IfStatement" && child === node.alternate;
    const own = BRANCHES.test(child.type) && !isElseIf ? 1 : 0;
    return own + nestingOf(child);
  });
  return Math.max(0, ...depths);
}

/** All nodes below `node`; does not look into those that `enter` refuses, but returns them. */
function descendants(node: Node, enter: (node: Node) => boolean): readonly Node[] {
  return childrenOf(node).flatMap((child) =>
    enter(child) ? [child, ...descendants(child, enter)] : [child],
  );
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
