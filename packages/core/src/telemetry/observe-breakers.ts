import type { ObservableCallback } from "@opentelemetry/api";
import { meter } from "./instruments.ts";

/** Whenever metrics are collected, tells of how many targets attempts are held back. @returns Ends that. */
export function observeBreakers({ open }: { readonly open: () => number }): () => void {
  const breakers = meter().createObservableGauge("wabakit.breaker.open", {
    unit: "{breaker}",
    description: "Endpoints and webhooks of accounts that get no attempts now, or only one.",
  });
  const observe: ObservableCallback = (result) => result.observe(open());
  breakers.addCallback(observe);
  return () => breakers.removeCallback(observe);
}
