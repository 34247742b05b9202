import { z } from "zod";

/** How much of a quota is spent, each in percent; Meta throttles at 100. */
export interface GraphLoad {
  readonly callsPercent: number;
  readonly timePercent: number;
  readonly cpuTimePercent: number;
}

/** What Meta said about our quotas beside an answer; it says so only once there were enough calls. */
export interface GraphUsage {
  /** The whole app's load, `null` when this answer did not tell. */
  readonly app: GraphLoad | null;
  /** One row per quota that a business or WhatsApp Business Account has with the app. */
  readonly accounts: readonly AccountLoad[];
}

/** The load on one account's quota. */
export interface AccountLoad extends GraphLoad {
  readonly accountId: string;
  /** Meta's name of the quota. */
  readonly type: string;
  /** Minutes until calls are let through again; 0 while they are. */
  readonly regainAccessMinutes: number;
}

const percent = z.number().catch(0);

const AppUsage = z
  .object({ call_count: percent, total_time: percent, total_cputime: percent })
  .transform(toLoad);

const AccountUsage = z.record(
  z.string(),
  z.array(
    z.object({
      type: z.string().catch(""),
      call_count: percent,
      total_time: percent,
      total_cputime: percent,
      estimated_time_to_regain_access: z.number().catch(0),
    }),
  ),
);

/**
 * Reads the rate headers of an answer, `undefined` when it has none. What cannot be read counts as
 * absent: a strange header must not spoil the answer it came with.
 *
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export function readUsage(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): GraphUsage | undefined {
  const app = read(AppUsage, headers["x-app-usage"]) ?? null;
  const accounts = read(AccountUsage, headers["x-business-use-case-usage"]);
  if (!app && !accounts) return undefined;
  return { app, accounts: Object.entries(accounts ?? {}).flatMap(toAccountLoads) };
}

function toAccountLoads([accountId, rows]: [string, z.infer<typeof AccountUsage>[string]]) {
  return rows.map((row): AccountLoad => {
    const regainAccessMinutes = row.estimated_time_to_regain_access;
    return { accountId, type: row.type, ...toLoad(row), regainAccessMinutes };
  });
}

interface RawLoad {
  readonly call_count: number;
  readonly total_time: number;
  readonly total_cputime: number;
}

function toLoad({ call_count, total_time, total_cputime }: RawLoad): GraphLoad {
  return { callsPercent: call_count, timePercent: total_time, cpuTimePercent: total_cputime };
}

function read<Value>(schema: z.ZodType<Value>, header: string | readonly string[] | undefined) {
  if (typeof header !== "string") return undefined;
  try {
    return schema.safeParse(JSON.parse(header)).data;
  } catch {
    return undefined;
  }
}
