import { once } from "node:events";
import { createHub } from "@wabakit/core";
import { closeServer, giveUp, openEnvironment, stopSignal } from "@wabakit/example-environment";
import { mount } from "@wabakit/koa";
import Koa from "koa";

async function main(): Promise<void> {
  const stopped = stopSignal();
  const { port, hubOptions, logger, announce, close } = await openEnvironment(process.env);
  const hub = createHub(hubOptions);
  hub.on("*", ({ type: event, id, data }) => {
    // What people write to each other has no place in a log: the type and ids will do.
    const connectionId = "connectionId" in data ? data.connectionId : null;
    logger.info({ event, id, connectionId }, "event");
  });

  const app = new Koa();
  app.use(mount(hub)); // Before any body parser: Meta's signature covers the exact bytes.

  await hub.start();
  const server = app.listen(port);
  await once(server, "listening");
  announce();

  await stopped;
  await closeServer(server);
  await hub.stop();
  await close();
}

main().catch(giveUp);
