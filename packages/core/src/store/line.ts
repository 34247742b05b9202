import type { Clock } from "../clock.ts";

/** Lets one caller of this process at a time through, by name, in the order of their calls. */
export interface Line {
  /** @returns What to call when done; `undefined` when the turn has not come by `giveUpAt`. */
  enter(name: string, giveUpAt: number): Promise<(() => void) | undefined>;
}

export function openLine(clock: Clock): Line {
  /** Those behind the one whose turn it is. */
  const lines = new Map<string, (() => void)[]>();

  function leave(name: string): void {
    const next = lines.get(name)?.shift();
    if (next) next();
    else lines.delete(name);
  }

  function wait(line: (() => void)[], giveUpAt: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = clock.schedule(giveUpAt, () => {
        line.splice(line.indexOf(call), 1);
        resolve(false);
      });
      const call = () => {
        cancel();
        resolve(true);
      };
      line.push(call);
    });
  }

  return {
    async enter(name, giveUpAt) {
      const line = lines.get(name);
      if (!line) lines.set(name, []);
      else if (!(await wait(line, giveUpAt))) return undefined;
      return () => leave(name);
    },
  };
}
