import type { Narrator } from "./narrator.ts";
import type { Stage } from "./stage.ts";

/** Says where everybody is and what to try next, and tells what comes of it. */
export function stayUp(stage: Stage, narrator: Narrator): void {
  const { api, playground } = stage;
  narrator.step("Everybody stays up until Ctrl-C, which leaves nothing behind.");
  narrator.tell(
    `Your server      ${stage.appUrl}`,
    `Its API          ${api.url}`,
    `Its API key      ${api.key}`,
    `The fake Meta    ${stage.meta.url}`,
    `Acme's server    ${stage.receiver.url}`,
    "",
    "Have Sheena write again, and watch:",
  );
  narrator.show([`curl ${playground.writeUrl} -d 'One more thing'`]);
  narrator.tell("Look around:");
  for (const path of ["/connections", "/onboarding/sessions", "/webhook-endpoints", "/health"]) {
    narrator.show(api.curl({ method: "GET", path }));
  }
  narrator.tell("");
  void watchListener(stage, narrator.tell);
  void watchAcme(stage, narrator.tell);
}

async function watchListener({ app }: Stage, tell: Narrator["tell"]): Promise<never> {
  for (;;) {
    const { event, id } = await app.messages.take();
    tell(`Your listener heard ${event} ${id}.`);
  }
}

async function watchAcme({ receiver }: Stage, tell: Narrator["tell"]): Promise<never> {
  for (;;) {
    const { event } = await receiver.deliveries.take();
    const { message } = event.data;
    const text = message.type === "text" ? `: "${message.text?.body}"` : "";
    tell(`Acme's server got and verified ${event.type} ${event.id}${text}.`);
  }
}
