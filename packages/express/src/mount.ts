import { type BodyOptions, fromNode, type Handler, type NodeExchange, toNode } from "@wabakit/core";
import type { Request } from "./keep-raw-body.ts";

/** An Express 4 or 5 request handler, in the few words it takes. */
export type RequestHandler = (
  req: Request,
  res: NodeExchange["res"],
  next: (error?: unknown) => void,
) => Promise<void>;

/**
 * Serves a hub from an Express app: `app.use(mount(hub))`, or below a path with
 * `app.use("/whatsapp", mount(hub))`. What the hub does not know goes on to `next()`, its body
 * unread; what goes wrong goes to the app's error handler.
 */
export function mount(
  hub: { readonly handle: Handler },
  options: BodyOptions = {},
): RequestHandler {
  return async (req, res, next) => {
    const { body, rawBody, url = "/" } = req;
    try {
      const response = await hub.handle(fromNode({ req, res, url, body, rawBody }, options));
      if (response) return await toNode(res, response);
    } catch (error) {
      return next(error);
    }
    next();
  };
}
