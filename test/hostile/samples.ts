import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../fixtures/payloads/", import.meta.url);

/** Every notification that Meta documents, as bytes. */
export const SAMPLES: readonly Buffer[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(new URL(name, FOLDER)));
