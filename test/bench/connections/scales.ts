import type { Children } from "../children.ts";
import { CONNECTIONS_PER_STEP } from "./plan.ts";
import type { PreloadCommands } from "./preload.ts";
import type { Scale } from "./scale-hub.ts";

/** A database that was filled and read through. */
export interface Filled {
  readonly scale: Scale;
  /** From all over the list of its connections. */
  readonly cursors: readonly string[];
  readonly fillMs: number;
  readonly checkMs: number;
}

interface FillParts {
  readonly children: Children;
  readonly say: (what: string) => void;
}

const PAGES_PER_STEP = 500;
const CURSORS = 400;

/** Fills a database, in a process of its own, whose memory is nobody's concern. */
export async function fillScale({ children, say }: FillParts, scale: Scale): Promise<Filled> {
  const { size } = scale;
  const named = `${size.toLocaleString("en")} connections`;
  say(`filling ${named}`);
  const startedAt = performance.now();
  const preload = children.start<PreloadCommands>("connections/preload.ts");
  await preload.ask("open", scale);
  for (let from = 0; from < size; from += CONNECTIONS_PER_STEP) {
    await preload.ask("fill", { from, to: Math.min(from + CONNECTIONS_PER_STEP, size) });
  }
  const filledAt = performance.now();
  say(`reading ${named}`);
  const cursors: string[] = [];
  for (let from = 0; from < size; ) {
    const step = await preload.ask("check", { from, pages: PAGES_PER_STEP });
    cursors.push(...step.cursors);
    from = step.checked;
    if (step.isComplete !== from >= size) throw new Error(`The list of ${named} ends early.`);
  }
  const checkedAt = performance.now();
  await preload.ask("close");
  await preload.end();
  return {
    scale,
    cursors: someOf(cursors),
    fillMs: filledAt - startedAt,
    checkMs: checkedAt - filledAt,
  };
}

/** Evenly, without those near the end, where a page would be short. */
function someOf(cursors: readonly string[]): readonly string[] {
  const inside = cursors.slice(0, -1);
  const step = Math.max(1, Math.floor(inside.length / CURSORS));
  return inside.filter((_, index) => index % step === 0);
}
