import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import { changeNumber } from "../change-number.ts";
import { askAs } from "../token/ask-as.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";

type SyncParts = Pick<App, "store" | "emit" | "clock" | "vault" | "metaApps" | "logger">;

/**
 * Asks Meta to send contacts and history of the WhatsApp Business app, each once, of a number that is
 * shared with it. That Meta will not is no reason to refuse a connection; the instants say what was
 * accepted.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function requestSync(
  parts: SyncParts,
  waba: Waba,
  number: ConnectedNumber,
): Promise<ConnectedNumber> {
  const { phoneNumberId } = number;
  const ask = (type: SyncType) =>
    accepted(parts, () =>
      askAs(parts, waba, ({ graph, token }) => graph.requestSync({ phoneNumberId, token, type })),
    );
  const contacts = number.contactSyncTriggeredAt ?? (await ask("smb_app_state_sync"));
  const history = number.historySyncTriggeredAt ?? (await ask("history"));
  const owner = { organizationId: waba.organizationId };
  const named = { owner, connectionId: number.connectionId };
  const changed = await changeNumber(parts, named, ({ number: now }) => ({
    number: { ...now, contactSyncTriggeredAt: contacts, historySyncTriggeredAt: history },
    drafts: [],
  }));
  return changed.number;
}

type SyncType = Parameters<Graph["requestSync"]>[0]["type"];

async function accepted(
  { clock, logger }: SyncParts,
  ask: () => Promise<void>,
): Promise<number | null> {
  try {
    await ask();
    return clock.now();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    logger.warn({ error }, "Meta did not accept a request for history or contacts");
    return null;
  }
}
