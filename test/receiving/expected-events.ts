import { readdirSync, readFileSync } from "node:fs";
import type { AnyEvent } from "@wabakit/core";

const FOLDER = new URL("../fixtures/payloads/", import.meta.url);

/** The body of a POST as Meta documents it. */
export interface Sample {
  readonly name: string;
  readonly body: { readonly entry: readonly Entry[] };
}

interface Entry {
  readonly id: string;
  readonly time?: number;
  readonly changes: readonly { readonly field: string; readonly value: Value }[];
}

type Value = Readonly<Record<string, unknown>> & {
  readonly metadata?: { readonly phone_number_id: string };
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
  readonly errors?: readonly unknown[];
};

/** Some samples are about the same message; here each is about one of its own. */
export function readSamples(): readonly Sample[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.map((name, index) => {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    return { name, body: JSON.parse(text.replaceAll("wamid.", `wamid.${index}x`)) };
  });
}

/**
 * What a body has to become, told without any of the code under test: the event's type and the very
 * part of the body it is about, as text.
 */
export function expectedOf({ body }: Sample): readonly string[] {
  return body.entry.flatMap(({ changes }) =>
    changes.flatMap(({ field, value }) => {
      if (field !== "messages") return [told("webhook.unknown", field, value)];
      const { messages = [], statuses = [], errors = [] } = value;
      return [
        ...messages.map((message) => told("message.received", field, message)),
        ...statuses.map((status) => told("message.status_updated", field, status)),
        ...errors.map((error) => told("webhook.unknown", field, error)),
      ];
    }),
  );
}

/** The same, of an event. */
export function toldBy({ event, data }: AnyEvent): string {
  if ("update" in data) return toldOf(data.update.type, data.update.data);
  return toldOf(event, data);
}

function toldOf(type: string, data: object): string {
  const { field = "messages", value, raw } = data as Data;
  const { messages, statuses, errors } = (raw ?? value) as Value;
  const part = field === "messages" ? (messages ?? statuses ?? errors)?.[0] : value;
  return told(type, field, part);
}

interface Data {
  readonly field?: string;
  readonly value?: unknown;
  readonly raw?: unknown;
}

function told(type: string, field: string, part: unknown): string {
  return `${type} ${field} ${JSON.stringify(part)}`;
}
