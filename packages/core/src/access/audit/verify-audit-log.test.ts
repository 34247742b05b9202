import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { keyvStore } from "../../store/keyv-store.ts";
import {
  type AuditHead,
  type AuditRecord,
  auditEntryKey,
  auditHeadKey,
  hashOfEntry,
  sealHead,
} from "./audit-chain.ts";
import { auditing } from "./audit-log.ts";
import { verifyAuditLog } from "./verify-audit-log.ts";

const ORG = "org_1";
const rootSecret = { derive: () => Buffer.alloc(32, 1), isCurrent: true };
const otherSecret = { derive: () => Buffer.alloc(32, 2), isCurrent: true };

/** A log of ten entries, and another organization's. */
async function start(entries = 10) {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const parts = { store, clock, rootSecret };
  const add = async (organizationId: string, n: number) => {
    await clock.advance(1);
    const subject = { connectionId: `conn_${n}`, fields: ["name"] };
    const told = { actor: "key_1", requestId: `request_${n}`, action: "connection.changed" };
    const change = await auditing(parts, { organizationId, ...told, subject });
    expect(await store.commit(change)).toBe(true);
  };
  for (let n = 1; n <= entries; n += 1) await add(ORG, n);
  await add("org_2", 1);
  const read = async (sequence: number) => {
    const stored = await store.get<AuditRecord>(auditEntryKey(ORG, sequence));
    return stored?.value as AuditRecord;
  };
  const put = (key: string, value: unknown) =>
    store.commit({ guards: [], writes: [{ key, value }] });
  const write = (sequence: number, value: unknown) => put(auditEntryKey(ORG, sequence), value);
  const head = async () => (await store.get<AuditHead>(auditHeadKey(ORG)))?.value as AuditHead;
  const verify = () => verifyAuditLog({ store, rootSecret }, ORG);
  return { parts, store, clock, add, read, write, put, head, verify };
}

const broken = (brokenAt: number, reason: string) => ({ isIntact: false, brokenAt, reason });

describe("a log that nobody has touched", () => {
  it.each([0, 1, 10, 600])("of %i entries is intact", async (entries) => {
    const { verify } = await start(entries);
    expect(await verify()).toEqual({ isIntact: true, entries });
  });

  it("is intact after racers have added to it, each by its own commit", async () => {
    const { parts, store, verify } = await start(0);
    const add = async (n: number) => {
      const told = { actor: "a", requestId: null, action: "b.c", subject: { keyId: `key_${n}` } };
      while (!(await store.commit(await auditing(parts, { organizationId: ORG, ...told }))));
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)));
    expect(await verify()).toEqual({ isIntact: true, entries: 20 });
  });

  it("never goes back in time", async () => {
    const { parts, read, store, verify, clock } = await start(1);
    const earlier = { ...parts, clock: { ...clock, now: () => 5 } };
    const told = { actor: "a", requestId: null, action: "b.c", subject: {} };
    await store.commit(await auditing(earlier, { organizationId: ORG, ...told }));
    expect((await read(2)).at).toBe((await read(1)).at);
    expect(await verify()).toMatchObject({ isIntact: true });
  });
});

describe("what does not fit is named", () => {
  it.each<[string, Partial<AuditRecord>]>([
    ["actor", { actor: "key_2" }],
    ["action", { action: "connection.deleted" }],
    ["instant", { at: 0 }],
    ["request", { requestId: null }],
    ["subject", { subject: { connectionId: "conn_9" } }],
    ["subject, with one more id", { subject: { connectionId: "conn_4", wabaId: "1" } }],
    ["place", { sequence: 5 }],
    ["predecessor", { prevHash: "0".repeat(64) }],
    ["hash", { hash: "0".repeat(64) }],
  ])("when its %s was altered", async (_what, fields) => {
    const { read, write, verify } = await start();
    await write(4, { ...(await read(4)), ...fields });
    expect(await verify()).toMatchObject({ ...broken(4, "altered"), entries: 3 });
  });

  it("when it was damaged", async () => {
    const { write, verify } = await start();
    await write(4, { hash: "" });
    expect(await verify()).toMatchObject(broken(4, "altered"));
  });

  it("when it was altered and its hash made anew", async () => {
    const { read, write, verify } = await start();
    const forged = { ...(await read(4)), actor: "key_2" };
    await write(4, { ...forged, hash: hashOfEntry(ORG, forged) });
    expect(await verify()).toMatchObject(broken(5, "altered"));
  });

  it.each([1, 4, 10])("when entry %i was removed", async (sequence) => {
    const { write, verify } = await start();
    await write(sequence, undefined);
    expect(await verify()).toMatchObject(broken(sequence, "missing"));
  });

  it("when two have changed places", async () => {
    const { read, write, verify } = await start();
    const [fourth, fifth] = [await read(4), await read(5)];
    await write(4, fifth);
    await write(5, fourth);
    expect(await verify()).toMatchObject(broken(4, "altered"));
  });

  it("when it is another organization's", async () => {
    const { store, write, verify } = await start();
    const theirs = await store.get<AuditRecord>(auditEntryKey("org_2", 1));
    await write(1, theirs?.value);
    expect(await verify()).toMatchObject(broken(1, "altered"));
  });

  it("when the last ones were cut off, and the end moved there", async () => {
    const { read, write, put, head, verify } = await start();
    const { at, hash } = await read(8);
    for (const sequence of [9, 10]) await write(sequence, undefined);
    await put(auditHeadKey(ORG), { ...(await head()), sequence: 8, at, hash });
    expect(await verify()).toMatchObject(broken(8, "forged"));
  });

  it("when an old end was put back, and the entries behind it left", async () => {
    const { put, head, add, verify } = await start();
    const old = await head();
    await add(ORG, 11);
    await put(auditHeadKey(ORG), old);
    expect(await verify()).toMatchObject(broken(11, "unlisted"));
  });

  it("when the end was removed", async () => {
    const { put, verify } = await start();
    await put(auditHeadKey(ORG), undefined);
    expect(await verify()).toMatchObject(broken(1, "unlisted"));
  });

  it("when all of it was written anew by somebody without the ring", async () => {
    const { read, write, put, head, verify } = await start();
    let prevHash = "";
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      const forged = { ...(await read(sequence)), actor: "key_2", prevHash };
      prevHash = hashOfEntry(ORG, forged);
      await write(sequence, { ...forged, hash: prevHash });
    }
    const { sequence, at } = await head();
    await put(auditHeadKey(ORG), sealHead(otherSecret, ORG, { sequence, at, hash: prevHash }));
    expect(await verify()).toMatchObject(broken(10, "forged"));
  });
});
