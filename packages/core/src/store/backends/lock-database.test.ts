import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDatabase } from "./lock-database.ts";

describe("lockDatabase", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wabakit-lock-"));
    file = join(folder, "store.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("lets one in at a time, and says who is in the way", () => {
    const unlock = lockDatabase(file);
    expect(() => lockDatabase(file)).toThrow(
      `Another process uses ${file} (it holds ${file}.lock)`,
    );
    unlock();
    lockDatabase(file)();
  });

  it("keeps files apart", () => {
    const locks = [lockDatabase(file), lockDatabase(`${file}2`)];
    for (const unlock of locks) unlock();
  });

  it("finds the same file behind a URI, whatever its query", () => {
    const unlock = lockDatabase(file);
    expect(() => lockDatabase(`file:${file}?mode=ro`)).toThrow("Another process uses");
    unlock();
    lockDatabase(`file:${file}?mode=ro`)();
  });

  it.each([":memory:", "", "file:shared?mode=memory&cache=shared"])("does not lock %j", (name) => {
    lockDatabase(name);
    lockDatabase(name)();
  });

  it("does not blame another process for a file it cannot use", () => {
    writeFileSync(`${file}.lock`, "Not a database, but long enough. ".repeat(100));
    expect(() => lockDatabase(file)).toThrow(`Cannot lock ${file} by ${file}.lock.`);
    const nowhere = join(folder, "nowhere", "store.db");
    expect(() => lockDatabase(nowhere)).toThrow(`Cannot lock ${nowhere}`);
  });
});
