import { type Answer, API_KEY } from "../spine/setting.ts";
import { expectDocumented } from "./documented.ts";

/** What a request is made of, where it is not the usual. */
export interface RequestFields {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the API, and holds every answer against what its route promises. */
export type Client = (method: string, path: string, fields?: RequestFields) => Promise<Answer>;

/** A caller with an API key; an empty one sends none. */
export function client(url: string, apiKey: string = API_KEY): Client {
  const own: Readonly<Record<string, string>> =
    apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };

  return async (method, path, fields = {}) => {
    const { body, text = body === undefined ? undefined : JSON.stringify(body), headers } = fields;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...own, "content-type": "application/json", ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer["body"],
    };
    expectDocumented(method, path, answer);
    return answer;
  };
}
