import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../failure.ts";
import type { Graph } from "./graph.ts";
import { ensureSubscribed, type SubscriptionState } from "./subscription.ts";

const appId = "670843887430011";
const access = { wabaId: "104996122399160", token: "EAAtoken" };
const override = { url: "https://tenant-a.example.com/webhook", verifyToken: "shh" };
const other = "https://tenant-b.example.com/webhook";

const none: SubscriptionState = { subscribed: false, override: null };
const bare: SubscriptionState = { subscribed: true, override: null };
const live = (url: string): SubscriptionState => ({ subscribed: true, override: url });

interface Trouble {
  /** What the write fails with. */
  readonly code?: FailureCode;
  /** Whether it is done all the same. */
  readonly isDone?: boolean;
  /** Whether Meta cannot be read afterwards. */
  readonly isBlind?: boolean;
}

/** Behaves as Meta does: a subscription without an override removes the one in place. */
function metaWith(before: SubscriptionState, { code, isDone = !code, isBlind }: Trouble = {}) {
  const writes: unknown[] = [];
  let reads = 0;
  let state = before;
  const graph: Pick<Graph, "appId" | "getSubscribedApps" | "subscribeApp"> = {
    appId,
    async getSubscribedApps() {
      reads += 1;
      if (isBlind && writes.length > 0) throw new Failure("meta_unavailable");
      const overrideCallbackUri = state.override;
      const foreign = { appId: "1", name: null, overrideCallbackUri: other };
      return state.subscribed ? [foreign, { appId, name: null, overrideCallbackUri }] : [foreign];
    },
    async subscribeApp(to, wish) {
      writes.push({ to, wish });
      if (isDone) state = { subscribed: true, override: wish?.url ?? null };
      if (code) throw new Failure(code);
    },
  };
  return { graph, writes, reads: () => reads };
}

describe("without an override", () => {
  it("subscribes an app that is not listed, whatever other apps do", async () => {
    const { graph, writes } = metaWith(none);
    const report = await ensureSubscribed(graph, access);
    expect(report).toEqual({ ...bare, before: none, changed: true, refusal: null });
    expect(writes).toEqual([{ to: access, wish: undefined }]);
  });

  it("writes nothing when the app is listed", async () => {
    const { graph, writes } = metaWith(bare);
    const report = await ensureSubscribed(graph, access);
    expect(report).toEqual({ ...bare, before: bare, changed: false, refusal: null });
    expect(writes).toEqual([]);
  });

  it("leaves a live override alone and tells of it", async () => {
    const { graph, writes } = metaWith(live(other));
    const report = await ensureSubscribed(graph, access);
    expect(report).toMatchObject({ changed: false, override: other });
    expect(writes).toEqual([]);
  });
});

describe("with an override", () => {
  it.each([none, bare, live(other)])("sets it in one write, over %o", async (before) => {
    const { graph, writes } = metaWith(before);
    const report = await ensureSubscribed(graph, { ...access, override });
    expect(report).toEqual({ ...live(override.url), before, changed: true, refusal: null });
    expect(writes).toEqual([{ to: access, wish: override }]);
  });

  it("writes even if the URL is in place, for its verify token may be another", async () => {
    const { graph, writes } = metaWith(live(override.url));
    const report = await ensureSubscribed(graph, { ...access, override });
    expect(report.changed).toBe(false);
    expect(writes).toHaveLength(1);
  });
});

describe("a refusal", () => {
  it.each(["webhook_subscribe_failed", "meta_rejected"] as const)(
    "is reported with what is in place after it: %s",
    async (code) => {
      const { graph } = metaWith(live(other), { code });
      const report = await ensureSubscribed(graph, { ...access, override });
      expect(report).toMatchObject({ ...live(other), before: live(other), changed: false });
      expect(report.refusal?.code).toBe(code);
    },
  );

  it("does not hide that something changed all the same", async () => {
    const { graph } = metaWith(none, { code: "webhook_subscribe_failed", isDone: true });
    const report = await ensureSubscribed(graph, { ...access, override });
    expect(report).toMatchObject({ ...live(override.url), changed: true });
  });
});

describe("a write of unknown outcome", () => {
  const code = "meta_outcome_unknown";

  it.each([{ override }, {}])("counts as done when Meta's list shows it: %o", async (wish) => {
    const { graph, writes } = metaWith(none, { code, isDone: true });
    const report = await ensureSubscribed(graph, { ...access, ...wish });
    expect(report).toMatchObject({ subscribed: true, changed: true, refusal: null });
    expect(writes).toHaveLength(1);
  });

  it.each([{ override }, {}])("stays unknown when Meta's list does not: %o", async (wish) => {
    const { graph, writes } = metaWith(none, { code });
    await expect(ensureSubscribed(graph, { ...access, ...wish })).rejects.toMatchObject({ code });
    expect(writes).toHaveLength(1);
  });

  it("stays unknown when only another override is in place", async () => {
    const { graph } = metaWith(live(other), { code });
    await expect(ensureSubscribed(graph, { ...access, override })).rejects.toMatchObject({ code });
  });

  it("stays unknown when Meta cannot be read", async () => {
    const { graph } = metaWith(none, { code, isDone: true, isBlind: true });
    await expect(ensureSubscribed(graph, { ...access, override })).rejects.toMatchObject({ code });
  });
});

it.each(["meta_throttled", "meta_unavailable", "meta_token_expired"] as const)(
  "passes on %s, which says nothing about the wish, without a second look",
  async (code) => {
    const { graph, reads } = metaWith(none, { code });
    await expect(ensureSubscribed(graph, { ...access, override })).rejects.toMatchObject({ code });
    expect(reads()).toBe(1);
  },
);

it("lets a bug in the graph through as it is", async () => {
  const { graph } = metaWith(none);
  const broken = { ...graph, subscribeApp: () => Promise.reject(new TypeError("oops")) };
  await expect(ensureSubscribed(broken, access)).rejects.toThrow(TypeError);
});
