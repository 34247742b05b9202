import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SECRET_BYTES = 32;

const SECRETS = {
  WABAKIT_SECRET_KEYS: () => randomBytes(SECRET_BYTES).toString("base64"),
  WABAKIT_API_KEY: () => randomBytes(SECRET_BYTES).toString("hex"),
};

/** A secret of the development set-up: made at the first start, the same from then on. */
export interface KeptSecret {
  /** The environment variable it stands in for; its file has the same name. */
  readonly name: string;
  readonly path: string;
  readonly value: string;
  /** Whether this start made it. */
  readonly isNew: boolean;
}

/**
 * Reads the secrets that the environment does not hold from files of `folder`, and makes those that
 * are not there. Only their owner may read the files.
 *
 * @throws {Error} When a file is empty: what it held may still be needed.
 */
export async function keptSecrets(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<readonly KeptSecret[]> {
  const wanted = Object.entries(SECRETS).filter(([name]) => !env[name]?.trim());
  if (wanted.length > 0) await mkdir(folder, { recursive: true });
  return Promise.all(wanted.map(([name, make]) => keep(folder, name, make())));
}

async function keep(folder: string, name: string, made: string): Promise<KeptSecret> {
  const path = join(folder, name);
  const isNew = await create(path, `${made}\n`);
  const value = (await readFile(path, "utf8")).trim();
  if (!value) throw new Error(`${path} is empty. Remove it, and the next start makes a new one.`);
  return { name, path, value, isNew };
}

/**
 * Whole or not at all, so that two that start together read the same.
 *
 * @returns Whether it did; a file that exists stays as it is.
 */
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}
