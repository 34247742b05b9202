import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, and where its id is valid. */
export interface ProcessIdentity {
  /** The same text for all processes that see each other's ids: those of one machine or container. */
  readonly where: string;
  readonly pid: number;
}

const HERE = whereWeAre();

export function thisProcess(): ProcessIdentity {
  return { where: HERE, pid: process.pid };
}

/**
 * Whether the process has ended for sure. One that runs elsewhere may be alive for all we know, and so
 * may one whose id belongs to somebody else by now.
 */
export function hasEnded({ where, pid }: ProcessIdentity): boolean {
  return where === HERE && !exists(pid);
}

/** Containers may share a host name, and processes of two of them a process id: Linux tells them apart. */
function whereWeAre(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
