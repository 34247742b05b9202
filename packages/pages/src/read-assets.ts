import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The browser's part, as Vite built it. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/**
 * Reads what was built.
 *
 * @param folder Ends in a slash.
 * @throws {Error} When nothing was built.
 */
export function readAssets(folder: URL): Assets {
  try {
    return { script: read("main.js", folder), style: read("main.css", folder) };
  } catch (cause) {
    const where = fileURLToPath(folder);
    throw new Error(
      `The hosted pages are not built: run "pnpm build" in packages/pages, which fills ${where}.`,
      { cause },
    );
  }
}

function read(name: string, folder: URL): string {
  return readFileSync(new URL(name, folder), "utf8").trim();
}
