type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where the library reports what it cannot answer to anybody. pino's shape; no field is a secret. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

const ignore: Write = () => {};

/** The default: says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
