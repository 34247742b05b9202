/** What a child can be asked to do: its functions by name, each with at most one input, as JSON. */
export type Commands = Readonly<Record<string, (input: never) => unknown>>;

/** A question on its way to a child. */
export interface Ask {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** What came of it. */
export interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

/** Makes this process do as its parent asks, and end when the parent does. */
export function obey(commands: Commands): void {
  process.on("message", async (ask: Ask) => process.send?.(await answer(commands, ask)));
  process.once("disconnect", () => process.exit());
}

async function answer(commands: Commands, { id, name, input }: Ask): Promise<Answer> {
  try {
    // The parent's types have checked the input against the command.
    return { id, output: await commands[name]?.(input as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
