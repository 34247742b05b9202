import { Failure, type Store } from "@wabakit/core";
import { expect } from "vitest";
import { arm, type Calls, type Fault } from "./every-fault.ts";
import { expectConsistent, snapshot } from "./invariants.ts";
import { type Account, connectNumber, type UseCase } from "./use-cases.ts";
import { type Ground, type World, world } from "./world.ts";

/** Where a scenario is set. */
export interface Place {
  readonly ground: Ground;
  readonly atomicity: Store["atomicity"];
}

/** Longer than an interrupted change may be left alone, backoff included. */
const RECOVERY_MS = 240_000;

/**
 * Runs a use case with at most one fault, starts another node on what is left, lets some time pass, and
 * holds everything against what must be true whatever happened.
 */
export async function runScenario(
  { ground, atomicity }: Place,
  useCase: UseCase,
  fault?: Fault,
): Promise<Calls> {
  const here = await world(ground, atomicity);
  try {
    const account = await prepare(here, useCase);
    const before = await snapshot(here, account);
    arm(here, fault);
    const hanging = here.store.hung.then(() => {
      throw new Failure("store_unavailable", "The caller has given up.");
    });
    hanging.catch(() => {});
    const running = Promise.race([useCase.run(here.hub, account, here), hanging]);
    const outcome = await settled(here.drive(running));
    const calls = { store: here.store.calls(), graph: here.graph.calls() };
    arm(here);
    await here.restart();
    await here.passTime(RECOVERY_MS);
    await expectConsistent(here, account, { before, outcome });
    return calls;
  } finally {
    await here.close();
  }
}

/** What the caller was told. */
export type Outcome = "done" | Failure;

async function settled(promise: Promise<unknown>): Promise<Outcome> {
  try {
    await promise;
    return "done";
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return error as Failure;
  }
}

async function prepare(here: World, useCase: UseCase): Promise<Account> {
  const { meta } = here.ground;
  const { wabaId } = meta.addWaba();
  const [one, two] = [meta.addNumber({ wabaId }), meta.addNumber({ wabaId })];
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const phoneNumberIds = [one.phoneNumberId, two.phoneNumberId] as const;
  const account: Account = { wabaId, accessToken, phoneNumberIds, connectionIds: [] };
  const fields = useCase.webhook?.(here) ?? {};
  for (const number of [0, 1] as const) {
    if (number >= useCase.connected) break;
    const connecting = connectNumber(here.hub, account, { number, fields });
    account.connectionIds.push(await here.drive(connecting));
  }
  if (useCase.prepare) await here.drive(useCase.prepare(here.hub, account));
  await here.passTime(60_000);
  here.mark();
  return account;
}
