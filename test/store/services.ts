import {
  type Connect,
  POSTGRES,
  postgresConnects,
  postgresPlace,
  REDIS,
  redisConnects,
  redisPlace,
  type SharedPlace,
} from "./places.ts";

/** A way to keep a store in a service that several processes share. */
export interface Service {
  readonly connect: string;
  /** Empty when it is not to be tested here. */
  readonly url: string;
  readonly place: () => SharedPlace;
}

const REDIS_LINES = ["Redis, Keyv 6", "Redis, Keyv 5", "Valkey, Keyv 6"];
const POSTGRES_LINES = ["PostgreSQL, Keyv 6", "PostgreSQL, Keyv 5"];

const onRedis = REDIS_LINES.map((connect): Service => {
  return { connect, url: REDIS, place: () => redisPlace(named(redisConnects, connect)) };
});
const onPostgres = POSTGRES_LINES.map((connect): Service => {
  return { connect, url: POSTGRES, place: () => postgresPlace(named(postgresConnects, connect)) };
});

/** Every service, with both lines of Keyv, and every client once. */
export const services: readonly Service[] = [...onRedis, ...onPostgres];

function named(connects: Readonly<Record<string, Connect>>, name: string): Connect {
  const connect = connects[name];
  if (!connect) throw new Error(`There is no ${name}.`);
  return connect;
}
