import type { Panel } from "../screens/panel.ts";

const SHAPES = {
  done: "M5 12.5l4.5 4.5L19 7.5",
  problem: "M12 6.5v7M12 17.2v.3",
  window: "M10 6H6.5v11.5H18V14M13 5h6v6M19 5l-8 8",
  closed: "M7 7l10 10M17 7L7 17",
} as const;

/** The sign above a heading; it says nothing that the heading does not. */
export function Mark({ kind }: { readonly kind: NonNullable<Panel["mark"]> }) {
  if (kind === "busy") return <div class="mark busy" />;
  return (
    <svg class={`mark ${kind}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[kind]} />
    </svg>
  );
}
