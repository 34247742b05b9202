export { type Context, type Middleware, mount } from "./mount.ts";
