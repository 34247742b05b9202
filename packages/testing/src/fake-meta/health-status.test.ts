import { expect, onTestFinished, test } from "vitest";
import { fakeMeta } from "./fake-meta.ts";

async function startMeta() {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba({ businessId: "2729063490580044" });
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const headers = { authorization: `Bearer ${meta.issueToken({ wabaIds: [wabaId] })}` };
  const read = async (id: string) => {
    const answer = await fetch(`${meta.url}/v25.0/${id}?fields=health_status`, { headers });
    return JSON.parse(await answer.text()).health_status;
  };
  return { meta, wabaId, phoneNumberId, read };
}

const typesIn = ({ entities }: { entities: { entity_type: string }[] }) =>
  entities.map(({ entity_type }) => entity_type);

test("a number's health is that of the number, its account, their business and the app", async () => {
  const { meta, wabaId, phoneNumberId, read } = await startMeta();
  const ofNumber = await read(phoneNumberId);
  expect(ofNumber.can_send_message).toBe("AVAILABLE");
  expect(ofNumber.entities).toEqual([
    { entity_type: "PHONE_NUMBER", id: phoneNumberId, can_send_message: "AVAILABLE" },
    { entity_type: "WABA", id: wabaId, can_send_message: "AVAILABLE" },
    { entity_type: "BUSINESS", id: "2729063490580044", can_send_message: "AVAILABLE" },
    { entity_type: "APP", id: meta.app.appId, can_send_message: "AVAILABLE" },
  ]);
  expect(typesIn(await read(wabaId))).toEqual(["WABA", "BUSINESS", "APP"]);
});

test("it is as bad as the worst of them, with Meta's reasons, until they are taken back", async () => {
  const { meta, wabaId, phoneNumberId, read } = await startMeta();
  const additionalInfo = ["Your display name has not been approved yet."];
  meta.setHealth("PHONE_NUMBER", phoneNumberId, { canSendMessage: "LIMITED", additionalInfo });
  expect((await read(phoneNumberId)).can_send_message).toBe("LIMITED");
  expect((await read(wabaId)).can_send_message).toBe("AVAILABLE");

  const reason = { code: 141006, description: "Payment failed.", possibleSolution: "Pay." };
  meta.setHealth("WABA", wabaId, { canSendMessage: "BLOCKED", errors: [reason] });
  const health = await read(phoneNumberId);
  expect(health.can_send_message).toBe("BLOCKED");
  expect(health.entities[0]).toMatchObject({ additional_info: additionalInfo });
  expect(health.entities[1].errors).toEqual([
    { error_code: 141006, error_description: "Payment failed.", possible_solution: "Pay." },
  ]);

  meta.setHealth("WABA", wabaId, null);
  meta.setHealth("PHONE_NUMBER", phoneNumberId, null);
  expect((await read(phoneNumberId)).can_send_message).toBe("AVAILABLE");
});
