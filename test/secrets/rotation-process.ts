import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./rotation-child.ts", import.meta.url));

/** What a process is to do: which file and ring, and when it tells us. */
export interface Rotation {
  readonly file: string;
  /** Newest first. */
  readonly ring: readonly Uint8Array[];
  /** The number of the record after which it tells. */
  readonly tellAt: number;
  /** Whether it then waits for its end, so that it is killed right there. */
  readonly then: "hold" | "go";
}

/**
 * Lets a process rotate, and kills it as soon as it tells where it is.
 *
 * @returns The signal it died of; `null` when it came to its end.
 */
export async function killWhileRotating(rotation: Rotation): Promise<NodeJS.Signals | null> {
  const { file, ring, tellAt, then } = rotation;
  const keys = ring.map((key) => Buffer.from(key).toString("base64")).join();
  const args = [CHILD, file, keys, `${tellAt}`, then];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => child.kill("SIGKILL"));
  const ended = Promise.withResolvers<NodeJS.Signals | null>();
  child.on("close", (code, signal) =>
    code ? ended.reject(new Error(`The process failed: ${code}.`)) : ended.resolve(signal),
  );
  return ended.promise;
}
