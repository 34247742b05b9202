import { type BodyOptions, fromNode, type Handler, type NodeExchange, toNode } from "@wabakit/core";

/** What body parsers leave, on Koa's request or on Node's. */
interface Parsed {
  readonly method?: string | undefined;
  readonly body?: unknown;
  readonly rawBody?: unknown;
}

/** What the hub needs of a Koa context. */
export interface Context {
  readonly req: NodeExchange["req"] & Parsed;
  readonly res: NodeExchange["res"];
  readonly request: Parsed;
  readonly url: string;
  readonly set: (fields: Record<string, string>) => void;
  status: number;
  body: unknown;
}

/** A Koa 2 or 3 middleware, in the few words it takes. */
export type Middleware = (ctx: Context, next: () => Promise<unknown>) => Promise<void>;

/**
 * Serves a hub from a Koa app: `app.use(mount(hub))`, or below a path with koa-mount. What the hub
 * does not know goes on to `next()`, its body unread; what goes wrong is thrown to the app.
 *
 * Mount it before any body parser: Koa's parsers keep a decoded string at most, and a signature
 * needs the bytes.
 */
export function mount(hub: { readonly handle: Handler }, options: BodyOptions = {}): Middleware {
  return async (ctx, next) => {
    const { req, res, request, url } = ctx;
    const body = request.body ?? req.body;
    const rawBody = request.rawBody ?? req.rawBody;
    const response = await hub.handle(fromNode({ req, res, url, body, rawBody }, options));
    if (!response) return void (await next());

    if (response.body instanceof Uint8Array && req.complete) {
      // Koa's own way, so that middleware around the hub can still add to the answer.
      ctx.status = response.status;
      ctx.set(response.headers);
      ctx.body = asBuffer(response.body);
    } else {
      // Koa reports every client that leaves a stream as an error, and ends no connection well. It
      // does leave alone what has been written.
      await toNode(res, response);
    }
  };
}

/** Koa would take any other array of bytes for a value to present as JSON. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
