import type { ServerResponse } from "node:http";
import { type LoopbackServer, loopbackServer } from "../loopback-server.ts";
import { answerCall, type GraphParts } from "./answer-call.ts";
import type { FaultInput, FaultPlan } from "./faults.ts";
import { errorBody, GraphError } from "./graph-error.ts";
import { type RecordedRequest, recordRequest } from "./recorded-request.ts";
import { answerBrowser, type BrowserParts } from "./signup/answer-browser.ts";
import type { WebAnswer } from "./signup/web-answer.ts";

/** Percentages of the quotas, as Meta reports them in two headers (overview/rate-limiting). */
export interface UsageHeaders {
  /** `X-App-Usage`. */
  readonly app?: Usage;
  /** `X-Business-Use-Case-Usage`, by business or WABA id; regain time in minutes. */
  readonly business?: Readonly<Record<string, readonly BusinessUsage[]>>;
}

interface Usage {
  readonly call_count: number;
  readonly total_time: number;
  readonly total_cputime: number;
}

interface BusinessUsage extends Usage {
  readonly type: string;
  readonly estimated_time_to_regain_access: number;
}

interface GraphServerParts extends GraphParts, BrowserParts {
  readonly take: FaultPlan["take"];
  readonly pass: FaultPlan["pass"];
  readonly requests: RecordedRequest[];
  readonly usage: () => UsageHeaders;
  readonly port: number | undefined;
}

/** One request on its way to its answer. */
interface Exchange {
  readonly parts: GraphServerParts;
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly traceId: string;
}

interface GraphAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Serves the Graph API on this machine, and to browsers the signup. */
export function graphServer(parts: GraphServerParts): Promise<LoopbackServer> {
  const { state, requests, port } = parts;
  return loopbackServer(async (incoming, response) => {
    const request = await recordRequest(incoming, state.clock.now());
    requests.push(request);
    const traceId = `AfakeTrace${String(state.count("trace")).padStart(8, "0")}`;
    const exchange = { parts, request, response, traceId };
    await parts.pass(request);
    const fault = parts.take(request);
    if (fault && !fault.afterEffect) return breakOff(exchange, fault);
    const answer = await attempt(exchange);
    if (fault) return breakOff(exchange, fault);
    write(exchange, answer);
  }, port);
}

async function attempt(exchange: Exchange): Promise<GraphAnswer | WebAnswer> {
  const { parts, request } = exchange;
  try {
    const web = answerBrowser(parts, request);
    return web ?? { status: 200, body: await answerCall(parts, request) };
  } catch (error) {
    if (error instanceof GraphError) return refusal(exchange, error);
    throw error;
  }
}

function refusal({ traceId }: Exchange, { fields, status }: GraphError): GraphAnswer {
  return { status, body: errorBody(fields, traceId) };
}

const TRANSIENT = { code: 2, isTransient: true, message: "Please retry your request later." };
const SORRY = "<!DOCTYPE html><title>Error</title><h1>Sorry, something went wrong.</h1>";

function breakOff(exchange: Exchange, { error = TRANSIENT, status }: FaultInput): void {
  const { response } = exchange;
  if (error === "hang") return;
  if (error === "reset") return void response.socket?.resetAndDestroy();
  if (error === "html") {
    return void response.writeHead(status ?? 502, { "content-type": "text/html" }).end(SORRY);
  }
  write(exchange, refusal(exchange, new GraphError(error, status)));
}

const INVALID_TOKEN = 'OAuth "Facebook Platform" "invalid_token" "Invalid OAuth access token"';

function write(exchange: Exchange, answer: GraphAnswer | WebAnswer): void {
  if ("body" in answer) writeGraph(exchange, answer);
  else exchange.response.writeHead(answer.status, answer.headers).end(answer.text);
}

function writeGraph({ parts, request, response, traceId }: Exchange, answer: GraphAnswer): void {
  const { app, business } = parts.usage();
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    "content-type": "application/json; charset=UTF-8",
    "content-length": Buffer.byteLength(text),
    "facebook-api-version": request.version,
    "x-fb-request-id": traceId,
    "x-fb-trace-id": traceId,
    ...(app && { "x-app-usage": JSON.stringify(app) }),
    ...(business && { "x-business-use-case-usage": JSON.stringify(business) }),
    ...(answer.status === 401 && { "www-authenticate": INVALID_TOKEN }),
  });
  response.end(text);
}
