import { expect, test } from "vitest";
import { subject } from "./scene.ts";

type Status = "sent" | "delivered" | "read" | "played" | "failed";

/** Sends statuses in this order; how far each shows the message, by status. */
async function currentOf(order: readonly Status[], inOneBody = false) {
  const here = await subject();
  const { wabaId, phoneNumberId } = here;
  const payloads = order.map((status) =>
    here.meta.status({ wabaId, phoneNumberId, id: "wamid.1", status }),
  );
  const bodies = inOneBody ? [here.meta.batch(payloads)] : payloads;
  for (const [index, body] of bodies.entries()) {
    await here.meta.send(here.callbackUrl, body);
    const told = inOneBody ? order.length : index + 1;
    await expect.poll(() => here.toldOf("message.status_updated").length).toBe(told);
  }
  const told = here.toldOf("message.status_updated");
  return Object.fromEntries(
    told.map(({ status, current }) => [(status as { readonly status: Status }).status, current]),
  );
}

test.each([
  ["one notification each", false],
  ["one body", true],
])("a status that comes late never takes a message back, in %s", async (_how, inOneBody) => {
  expect(await currentOf(["read", "delivered", "sent", "played"], inOneBody)).toEqual({
    read: "read",
    delivered: "read",
    sent: "read",
    played: "played",
  });
});

test("what has failed has failed", async () => {
  expect(await currentOf(["failed", "sent", "delivered"])).toEqual({
    failed: "failed",
    sent: "failed",
    delivered: "failed",
  });
});
