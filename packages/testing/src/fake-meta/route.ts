import type { Caller } from "./caller.ts";
import { requireApp, requireWaba } from "./caller.ts";
import type { Handshake } from "./handshake.ts";
import type { Params } from "./params.ts";
import { known, type MetaApp, type PhoneNumber, type State, type Waba } from "./state.ts";

/** What every route may use. */
export interface CallParts {
  readonly state: State;
  readonly handshake: Handshake;
  /** Whether a refused handshake costs the WABA override that was there; Meta does not say. */
  readonly refusedOverrideClears: boolean;
}

/** A call whose parameters are read. */
export interface OpenCall extends CallParts {
  readonly params: Params;
  /** E.g. `v25.0`. */
  readonly version: string;
  /** The node's own URL, for links in answers. */
  readonly selfUrl: string;
}

/** A call whose caller is known. */
export interface Call extends OpenCall {
  readonly caller: Caller;
}

/** What an id can stand for. */
export type NodeKind = "app" | "waba" | "number" | "business";

type Method = "GET" | "POST" | "DELETE";
type Answer = object | Promise<object>;

/** A call on a node: `/{id}` when `edge` is empty, else `/{id}/{edge}`. */
export interface NodeRoute {
  readonly method: Method;
  readonly kind: NodeKind;
  readonly edge: string;
  /** @throws {GraphError} What Meta answers instead. */
  readonly run: (call: Call, id: string) => Answer;
}

/** A call that belongs to no node. `open` ones need no token. */
export type RootRoute =
  | { readonly open: true; readonly run: (call: OpenCall) => Answer }
  | { readonly open: false; readonly run: (call: Call) => Answer };

type On<Node> = (
  method: Method,
  edge: string,
  run: (call: Call, node: Node) => Answer,
) => NodeRoute;

/** A route that only callers with access to the WABA reach. */
export const onWaba: On<Waba> = (method, edge, run) => ({
  method,
  kind: "waba",
  edge,
  run(call, id) {
    requireWaba(call.caller, id);
    return run(call, known(call.state.wabas, id));
  },
});

/** A route that only callers with access to the number's WABA reach. */
export const onNumber: On<PhoneNumber> = (method, edge, run) => ({
  method,
  kind: "number",
  edge,
  run(call, id) {
    const number = known(call.state.numbers, id);
    requireWaba(call.caller, number.wabaId);
    return run(call, number);
  },
});

/** A route that only the app itself reaches, with its app token. */
export const onApp: On<MetaApp> = (method, edge, run) => ({
  method,
  kind: "app",
  edge,
  run(call, id) {
    requireApp(call.caller, id);
    return run(call, known(call.state.apps, id));
  },
});

/** A route on a portfolio, of which nothing is known but its id; each checks its own caller. */
export const onBusiness: On<string> = (method, edge, run) => ({
  method,
  kind: "business",
  edge,
  run,
});
