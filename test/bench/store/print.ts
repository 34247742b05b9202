import type { Spread } from "../figures.ts";
import { type Row, table } from "../table.ts";
import { CALLERS, type Plan, RECORD_BYTES } from "./plan.ts";
import type { StoreFigures } from "./store-figures.ts";

/** The figures for people. */
export function printStores(stores: readonly StoreFigures[], plan: Plan): string {
  const head = [
    `${CALLERS} callers, records of ${RECORD_BYTES} bytes, ${plan.rounds} x ${plan.roundMs / 1_000} s: median (min-max) a second`,
    "Each round is compared with the bare driver right before and after it, doing the same to one row.",
  ];
  return [head.join("\n"), ...stores.map((store) => table(rowsOf(store)))].join("\n\n");
}

function rowsOf({ name, operations, lists }: StoreFigures): readonly Row[] {
  return [
    [name, "store", "bare driver", "ratio"],
    ...Object.entries(operations).map(([what, { store, bare, ratio }]) => {
      return [what, rate(store), rate(bare), percent(ratio)];
    }),
    ...lists.map(({ entries, pageMs }) => {
      const { median, min, max } = pageMs;
      const figure = `${median.toFixed(2)} ms (${min.toFixed(2)}-${max.toFixed(2)})`;
      return [`page of a list of ${entries.toLocaleString("en")}`, figure];
    }),
  ];
}

function rate({ median, min, max }: Spread): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  return `${whole(median)} (${whole(min)}-${whole(max)})`;
}

function percent({ median, min, max }: Spread): string {
  const whole = (value: number) => Math.round(value * 100);
  return `${whole(median)} % (${whole(min)}-${whole(max)})`;
}
