import { callApi } from "./call-api.ts";
import { inTime } from "./in-time.ts";
import type { Narrator } from "./narrator.ts";
import { playCustomer } from "./play-customer.ts";
import type { Stage } from "./stage.ts";

/** Whether the demo clicks by itself, or only once it is asked to. */
export type Clicking = "by itself" | { readonly asked: Promise<void> };

/** Acme's way from a link to a working number. */
export async function onboardNumber(
  stage: Stage,
  narrator: Narrator,
  clicking: Clicking,
): Promise<void> {
  const onboardingUrl = await makeLink(stage, narrator);
  const completed = untilCompleted(stage);
  if (await isPlayed({ clicking, narrator, completed })) {
    narrator.step("The demo plays Acme: it uses the link, and signs up at the fake Meta.");
    const status = await inTime(playCustomer(stage, onboardingUrl), "the end of the sign-up");
    narrator.tell(`The page says: ${status}.`);
  }
  const connectionId = await completed;
  narrator.step('Your code hears "onboarding.completed": the number works.');
  const { body } = await stage.api.send({ method: "GET", path: `/connections/${connectionId}` });
  narrator.tell(
    `${connectionId}, ${body.displayPhoneNumber}, ${body.status}`,
    "The hub exchanged the code, held what the browser had claimed against the token,",
    "subscribed to the account's webhooks, and asked Meta how the number is.",
  );
}

async function makeLink(stage: Stage, narrator: Narrator): Promise<string> {
  narrator.step("Acme, a customer of yours, wants to connect its WhatsApp number. Make a link:");
  const body = { tenantId: "acme", tenantName: "Acme" };
  const call = { method: "POST", path: "/onboarding/sessions", body } as const;
  const { sessionId, onboardingUrl } = await callApi(stage, narrator, call);
  narrator.tell(
    `-> 201: ${sessionId}, and a link that is good once. Opening it does nothing yet:`,
    "",
    String(onboardingUrl),
    "",
  );
  return String(onboardingUrl);
}

/** The connection that came of it. */
async function untilCompleted({ app }: Stage): Promise<string | null> {
  for (;;) {
    const { event, connectionId } = await app.events.take();
    if (event === "onboarding.completed") return connectionId;
  }
}

interface Waiting {
  readonly clicking: Clicking;
  readonly narrator: Narrator;
  readonly completed: Promise<unknown>;
}

async function isPlayed({ clicking, narrator, completed }: Waiting): Promise<boolean> {
  if (clicking === "by itself") return true;
  narrator.tell("Open it in your browser, and sign up in the window of the fake Meta.");
  narrator.tell("Or press Enter, and the demo clicks for you.");
  return Promise.race([clicking.asked.then(() => true), completed.then(() => false)]);
}
