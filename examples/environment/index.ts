export { closeServer } from "./close-server.ts";
export { giveUp } from "./give-up.ts";
export { type Environment, openEnvironment } from "./open-environment.ts";
export { FAKE_CONFIG_ID } from "./open-meta.ts";
export { openPlayground, type Playground, SHEENA } from "./playground.ts";
export { stopSignal } from "./stop-signal.ts";
