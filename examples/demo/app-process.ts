import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inTime } from "./in-time.ts";
import { type Mailbox, mailbox } from "./mailbox.ts";

const EXPRESS_EXAMPLE = fileURLToPath(new URL("../express/main.ts", import.meta.url));
const FOLLOW_PARENT = new URL("follow-parent.ts", import.meta.url).href;

/** What the app's listener writes into its log about an event. */
export interface HeardEvent {
  readonly event: string;
  readonly id: string;
  readonly connectionId: string | null;
}

/** The Express example, in a process of its own. */
export interface AppProcess {
  /** From its log: events about messages, */
  readonly messages: Mailbox<HeardEvent>;
  /** and all others. */
  readonly events: Mailbox<HeardEvent>;
  /** Sends SIGTERM and waits for the end. @returns The exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts it with this environment and nothing else of ours. Resolves once it listens. */
export async function startApp(env: Readonly<Record<string, string>>): Promise<AppProcess> {
  // In a process group of its own, so that Ctrl-C reaches it only through `stop`.
  const child = spawn(process.execPath, ["--import", FOLLOW_PARENT, EXPRESS_EXAMPLE], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exit = once(child, "exit");
  const [messages, events] = [mailbox<HeardEvent>(), mailbox<HeardEvent>()];
  const listening = new Promise<void>((resolve) => {
    onLine(child, (line) => {
      if (line.msg === "listening") resolve();
      if (isHeard(line)) (line.event.startsWith("message.") ? messages : events).put(line);
    });
  });

  await inTime(Promise.race([listening, exit]), "the app listening");
  if (child.exitCode !== null) throw new Error("The app ended before it listened.");
  return {
    messages,
    events,
    async stop() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await inTime(exit, "the end of the app");
      return child.exitCode;
    },
  };
}

type Line = Readonly<Record<string, unknown>>;

function onLine({ stdout }: ChildProcess, hear: (line: Line) => void): void {
  if (!stdout) throw new Error("The app was started without a pipe for its log.");
  createInterface({ input: stdout }).on("line", (text) => {
    // pino writes JSON; what the app says to people is none.
    if (text.startsWith("{")) hear(JSON.parse(text));
  });
}

function isHeard(line: Line): line is Line & HeardEvent {
  return line.msg === "event";
}
