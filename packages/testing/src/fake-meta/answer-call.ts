import { isBusiness } from "./businesses.ts";
import { authenticate, type ProofRule } from "./caller.ts";
import { refusals } from "./graph-error.ts";
import { readParams } from "./params.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { Call, CallParts, NodeKind, OpenCall } from "./route.ts";
import { nodeRoutes, rootRoutes } from "./routes.ts";
import { phoneNode, wabaNode } from "./select-fields.ts";
import type { State } from "./state.ts";

/** What it takes to answer a call. */
export interface GraphParts extends CallParts {
  readonly rule: ProofRule;
}

/**
 * parameters → caller → node → access → effect.
 *
 * @throws {GraphError} What Meta answers instead.
 */
export async function answerCall(parts: GraphParts, request: RecordedRequest): Promise<object> {
  const { method, path, version } = request;
  if (!version) throw refusals.pathUnknown(path);
  const params = readParams(request);
  const selfUrl = `http://${request.headers.host}/${version}${path}`;
  const open: OpenCall = { ...parts, params, version, selfUrl };

  const root = rootRoutes.get(`${method} ${path}`);
  if (root?.open) return root.run(open);
  const call: Call = { ...open, caller: authenticate(parts, request, params) };
  return root ? root.run(call) : answerNode(call, request);
}

function answerNode(call: Call, { method, path }: RecordedRequest): object | Promise<object> {
  const [id = "", ...edges] = path.slice(1).split("/");
  const edge = edges.join("/");
  const kind = kindOf(call.state, id);
  if (!kind) throw refusals.objectMissing(method, id);
  const found = nodeRoutes.find(
    (route) => route.kind === kind && route.edge === edge && route.method === method,
  );
  if (found) return found.run(call, id);
  if (method === "GET" && edge) throw refusals.fieldUnknown(edge, TYPE_NAMES[kind]);
  throw refusals.objectMissing(method, id);
}

const TYPE_NAMES: Readonly<Record<NodeKind, string>> = {
  app: "Application",
  waba: wabaNode.name,
  number: phoneNode.name,
  business: "Business",
};

function kindOf(state: State, id: string): NodeKind | undefined {
  if (state.apps.has(id)) return "app";
  if (state.wabas.has(id)) return "waba";
  if (state.numbers.has(id)) return "number";
  return isBusiness(state, id) ? "business" : undefined;
}
