import type { AsleepFigures } from "./asleep.ts";
import type { WaitingFigures } from "./backlog.ts";
import type { BlackHoleFigures } from "./black-hole.ts";
import type { DeliveryFigures } from "./deliveries.ts";
import type { Spread } from "./figures.ts";
import type { SizeFigures } from "./in-process.ts";
import type { HostFigures, Proof, VariantFigures } from "./ingest.ts";
import { CONNECTIONS } from "./plan.ts";
import type { Report } from "./report.ts";
import type { Variant } from "./server.ts";
import { type Row, table } from "./table.ts";

const NAMES: Readonly<Record<Variant, string>> = {
  floor: "floor: reads, verifies, parses",
  receiver: "receiver alone",
  all: "all roles, until heard",
  delivering: "all roles, until delivered",
  asleep: "all roles, a listener sleeps",
};

/** What is promised: least ratios to the floor, and most milliseconds in which 99 % are answered. */
const LEAST_RATIO: Readonly<Partial<Record<Variant, number>>> = { receiver: 0.85, all: 0.3 };
const MOST_P99_MS = 250;
/** Verifying and parsing, to a floor that does JSON.parse alone, at 8 items a notification. */
const MOST_READ_RATIO = 1.5;
/** What the others keep of their throughput beside an endpoint that never answers. */
const LEAST_BESIDE_A_BLACK_HOLE = 0.9;
/** Of a hub that starts with a million deliveries waiting. */
const MANY_WAITING = 1_000_000;
const MOST_RSS_MB = 300;
const MOST_CLAIM_P99_MS = 20;
const MOST_MS_TO_FIRST_DELIVERY = 5_000;
/** Above this, others take the processors and the disk away from what is measured. */
const QUIET_LOAD = 0.5;
/** On SQLite, with as many endpoints as are measured. */
const LEAST_DELIVERIES_PER_SECOND = 1_000;

/** The whole report for people: what was promised first, then what it was measured with. */
export function print(report: Report): string {
  const sections = [
    headOf(report),
    promises(report),
    ingest(report.ingest),
    asleep(report.asleep),
    inProcess(report.inProcess),
    deliveries(report.deliveries),
    blackHole(report.blackHole),
    waiting(report.waiting),
  ];
  return sections.join("\n\n");
}

function headOf({ machine, ingest: hosts, bodyBytes, roundMs, rounds }: Report): string {
  const { cpu, cores, memoryGiB, system, node, versions, loadBefore, syncMs } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}`,
    [...names, `driver ${hosts[0]?.driver}`].join(", "),
    `load before ${loadBefore.toFixed(1)}, 8 KiB on the disk for sure in ${figure(syncMs)} ms`,
    `${CONNECTIONS} connections, signed bodies of ${bodyBytes} bytes, ${rounds} x ${roundMs / 1_000} s: median (min-max)`,
    "Each round is compared with the floors right before and after it, on the same host.",
    ...(loadBefore > QUIET_LOAD
      ? ["THIS MACHINE IS BUSY: only ratios of CPU time mean much."]
      : []),
  ].join("\n");
}

function promises({
  ingest: hosts,
  deliveries: sizes,
  blackHole: beside,
  ...rest
}: Report): string {
  const rows = [
    ...(["receiver", "all", "delivering"] as const).map((variant) => ratios(hosts, variant)),
    ...(["receiver", "all", "delivering"] as const).map((variant) => cpuRatios(hosts, variant)),
    ...(["receiver", "all"] as const).map((variant) => latencies(hosts, variant)),
  ];
  const most = sizes.at(-1);
  if (most) rows.push(deliveryPromise(most));
  rows.push(blackHolePromise(beside));
  const million = rest.waiting.find((size) => size.waiting === MANY_WAITING);
  if (million) rows.push(...waitingPromises(million));
  return table([["PROMISES", "promised", ...hosts.map(({ host }) => host)], ...rows]);
}

function ratios(hosts: readonly HostFigures[], variant: Variant): Row {
  const least = LEAST_RATIO[variant];
  const cells = perHost(hosts, variant, ({ ratio }) => {
    if (!ratio) return "";
    return `${percent(ratio)}${least === undefined ? "" : verdict(ratio.median >= least)}`;
  });
  return [`${NAMES[variant]} / floor`, least ? `>= ${least * 100} %` : "", ...cells];
}

function cpuRatios(hosts: readonly HostFigures[], variant: Variant): Row {
  const cells = perHost(hosts, variant, ({ cpuRatio }) => (cpuRatio ? percent(cpuRatio) : ""));
  return [`${NAMES[variant]}: the same in CPU time`, "", ...cells];
}

function latencies(hosts: readonly HostFigures[], variant: Variant): Row {
  const cells = perHost(
    hosts,
    variant,
    ({ p99Ms }) => `${figure(p99Ms)} ms${verdict(p99Ms.median <= MOST_P99_MS)}`,
  );
  return [`${NAMES[variant]}: p99`, `<= ${MOST_P99_MS} ms`, ...cells];
}

function perHost(
  hosts: readonly HostFigures[],
  variant: Variant,
  cellOf: (figures: VariantFigures) => string,
): Row {
  return hosts.map(({ variants }) => {
    const figures = variants.find((candidate) => candidate.variant === variant);
    return figures ? cellOf(figures) : "";
  });
}

function deliveryPromise({ endpoints, perSecond }: DeliveryFigures): Row {
  const kept = verdict(perSecond.median >= LEAST_DELIVERIES_PER_SECOND);
  const promised = `>= ${count(LEAST_DELIVERIES_PER_SECOND)}`;
  return [`deliveries/s, ${endpoints} endpoints`, promised, `${figure(perSecond)}${kept}`];
}

function blackHolePromise({ endpoints, ratio }: BlackHoleFigures): Row {
  const kept = verdict(ratio.median >= LEAST_BESIDE_A_BLACK_HOLE);
  const promised = `>= ${LEAST_BESIDE_A_BLACK_HOLE * 100} %`;
  return [`beside a black hole among ${endpoints}`, promised, `${percent(ratio)}${kept}`];
}

function blackHole({ endpoints, besideNone, besideOne, ratio }: BlackHoleFigures): string {
  const head = ["BLACK HOLE, endpoints", "per second without", "with one", "with / without"];
  const cells = [figure(besideNone), figure(besideOne), percent(ratio)];
  return table([head, [`1 of ${count(endpoints)}`, ...cells]]);
}

function waitingPromises({ rssMb, firstAfterMs, claimP99Ms = 0 }: WaitingFigures): readonly Row[] {
  const row = (what: string, value: number, [most, unit]: readonly [number, string]): Row => [
    `a million waiting: ${what}`,
    `<= ${count(most)} ${unit}`,
    `${count(value)} ${unit}${verdict(value <= most)}`,
  ];
  return [
    row("RSS", rssMb, [MOST_RSS_MB, "MB"]),
    row("first delivery", firstAfterMs, [MOST_MS_TO_FIRST_DELIVERY, "ms"]),
    row("claim p99", claimP99Ms, [MOST_CLAIM_P99_MS, "ms"]),
  ];
}

function waiting(sizes: readonly WaitingFigures[]): string {
  const least = sizes[0]?.rssMb ?? 0;
  const rows = sizes.map(({ waiting: deliveries, rssMb, firstAfterMs, ...claim }) => [
    count(deliveries),
    count(rssMb),
    `${Math.round((rssMb / least) * 100)} %`,
    ...[firstAfterMs, claim.claimP50Ms, claim.claimP99Ms].map(milliseconds),
  ]);
  const head = ["WAITING at the start", "RSS, MB", "to none", "first delivery after ms"];
  return table([[...head, "claim p50 ms", "p99 ms"], ...rows]);
}

/** Of what did not happen there is none. */
function milliseconds(ms = Number.POSITIVE_INFINITY): string {
  return Number.isFinite(ms) ? count(ms) : "";
}

function ingest(hosts: readonly HostFigures[]): string {
  const rows = hosts.flatMap(({ host, variants }) =>
    variants.map(({ variant, perSecond, p50Ms, p99Ms, cpuUs, proof }, index) => [
      index === 0 ? host : "",
      NAMES[variant],
      figure(perSecond),
      figure(p50Ms),
      figure(p99Ms),
      figure(cpuUs),
      account(variant, proof),
    ]),
  );
  const head = ["INGEST", "", "messages/s", "p50 ms", "p99 ms", "server CPU us"];
  return table([[...head, "all accounted for"], ...rows]);
}

function account(variant: Variant, proof: Proof): string {
  const { accepted, refused, stored, heard = 0, events = 0, delivered } = proof;
  const answered = `${count(accepted)} x 200${refused > 0 ? `, ${count(refused)} refused` : ""}`;
  if (variant === "floor") return answered;
  const kept = [
    heard === 0 ? `${count(stored)} stored` : `${count(heard)} heard in ${count(events)} events`,
    ...(delivered === undefined ? [] : [`${count(delivered)} delivered`]),
  ];
  return `${answered} = ${kept.join(" = ")}: ${proof.complete ? "yes" : "NO"}`;
}

function asleep({ p50Ms, p99Ms, awakeP50Ms, awakeP99Ms, ratio }: AsleepFigures): string {
  return table([
    ["TIME TO 200", "p50 ms", "p99 ms", "to awake"],
    ["a listener that is awake", figure(awakeP50Ms), figure(awakeP99Ms), ""],
    ["one that sleeps 1 s", figure(p50Ms), figure(p99Ms), percent(ratio)],
  ]);
}

function inProcess(sizes: readonly SizeFigures[]): string {
  const rows = sizes.map(({ items, hubUs, floorUs, ratio, readUs, readRatio }) => [
    count(items),
    figure(hubUs),
    figure(floorUs),
    percent(ratio),
    figure(readUs),
    `${percent(readRatio)}${items === 8 ? verdict(readRatio.median <= MOST_READ_RATIO) : ""}`,
  ]);
  const head = [
    "IN PROCESS, items at once",
    "us/item until heard",
    "floor us/item",
    "floor / hub",
    "us/item verified, parsed",
    "to floor",
  ];
  return table([head, ...rows]);
}

function deliveries(sizes: readonly DeliveryFigures[]): string {
  const rows = sizes.map((size) => [
    `${count(size.endpoints)}, ${count(size.concurrency)} at once`,
    figure(size.perSecond),
    figure(size.barePerSecond),
    percent(size.ratio),
    `${count(size.expected)} due = ${count(size.distinct)} in ${count(size.received)} requests: ${size.distinct === size.expected ? "yes" : "NO"}`,
  ]);
  const head = ["DELIVERIES, endpoints", "per second", "bare loop/s", "hub / bare"];
  return table([[...head, "all accounted for"], ...rows]);
}

function verdict(kept: boolean): string {
  return kept ? " pass" : " MISS";
}

function percent({ median, min, max }: Spread): string {
  const whole = (ratio: number) => (ratio * 100).toFixed(ratio < 0.1 ? 1 : 0);
  return `${whole(median)} % (${whole(min)}-${whole(max)})`;
}

function figure({ median, min, max }: Spread): string {
  return `${count(median)} (${count(min)}-${count(max)})`;
}

function count(value: number): string {
  const decimals = value < 100 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: decimals });
}
