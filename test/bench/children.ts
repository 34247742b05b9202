import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Answer, Ask, Commands } from "./commands.ts";

/** Longer than any single step of the bench. */
const PATIENCE_MS = 90_000;
const END_MS = 15_000;

/** A process of its own that does as it is asked, one `Commands` function after the other. */
export interface Child<Own extends Commands> {
  /** @throws {Error} What went wrong in the child, or that it is gone or does not answer. */
  readonly ask: <Name extends keyof Own & string>(
    name: Name,
    ...input: Parameters<Own[Name]>
  ) => Promise<Awaited<ReturnType<Own[Name]>>>;
  readonly end: () => Promise<void>;
}

/** Every process the bench has started. */
export interface Children {
  /** Runs a file of this folder. */
  readonly start: <Own extends Commands>(file: string) => Child<Own>;
  /** Kills, by process id, whatever still runs. */
  readonly kill: () => void;
}

/** `profileFolder` gets a CPU profile of every child that ends by itself. */
export function createChildren(profileFolder: string | undefined): Children {
  const running = new Set<ChildProcess>();
  const profiling = profileFolder ? ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`] : [];
  return {
    start(file) {
      const named = profileFolder ? [`--cpu-prof-name=${file}.${Date.now()}.cpuprofile`] : [];
      const process_ = fork(new URL(file, import.meta.url), {
        execArgv: [...process.execArgv, ...profiling, ...named],
      });
      running.add(process_);
      process_.once("exit", () => running.delete(process_));
      return talkTo(process_, file);
    },
    kill() {
      for (const child of running) child.kill("SIGKILL");
    },
  };
}

function talkTo<Own extends Commands>(child: ChildProcess, file: string): Child<Own> {
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  child.on("message", ({ id, output, error }: Answer) => {
    if (error === undefined) asked.get(id)?.resolve(output);
    else asked.get(id)?.reject(new Error(`${file}: ${error}`));
    asked.delete(id);
  });
  child.once("exit", (code, signal) => {
    for (const { reject } of asked.values()) reject(new Error(`${file} ended: ${signal ?? code}`));
  });

  return {
    async ask(name, ...[input]) {
      const answer = Promise.withResolvers<unknown>();
      const id = count++;
      asked.set(id, answer);
      const impatience = setTimeout(() => {
        answer.reject(new Error(`${file} did not answer "${name}" in time.`));
      }, PATIENCE_MS);
      child.send({ id, name, input } satisfies Ask);
      // The child answers with what its function of this name returned.
      return (await answer.promise.finally(() => clearTimeout(impatience))) as never;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatience = setTimeout(() => child.kill("SIGKILL"), END_MS);
      child.disconnect();
      await once(child, "exit");
      clearTimeout(impatience);
    },
  };
}
