import { z } from "zod";
import { list, number, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const FlowUpdate = z.object({
  /** `FLOW_STATUS_CHANGE`, or what Meta measured: `CLIENT_ERROR_RATE`, `ENDPOINT_LATENCY` … */
  event: word,
  message: text,
  flowId: text,
  oldStatus: text,
  newStatus: text,
  /** `ACTIVATED` or `DEACTIVATED`. */
  alertState: text,
  threshold: number,
  errorRate: number,
  requestsCount: number,
  p50Latency: number,
  p90Latency: number,
  availability: number,
  errors: list({ errorType: text, errorRate: number, errorCount: number }),
});

/** A Flow changed its status, or its endpoint fails. Source: WhatsApp Flows webhooks, `flows`. */
export type FlowUpdate = z.infer<typeof FlowUpdate>;

/** Types the value of `flows`. */
export const readFlowUpdate = reader(FlowUpdate);
