export { keepRawBody } from "./keep-raw-body.ts";
export { mount, type RequestHandler } from "./mount.ts";
