/** A call of the REST API, as one would make it with curl. */
export interface Call {
  readonly method: "GET" | "POST";
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The REST API of one app. */
export interface Api {
  readonly url: string;
  readonly key: string;
  readonly send: (call: Call) => Promise<Answer>;
  /** The same call, ready to be pasted into a shell. */
  readonly curl: (call: Call) => readonly string[];
}

export function createApi(appUrl: string, key: string): Api {
  const url = `${appUrl}/api/v1`;
  const urlOf = ({ path }: Call) => `${url}${path}`;
  const authorization = `Bearer ${key}`;
  return {
    url,
    key,
    async send(call) {
      const { method, body } = call;
      const headers = { authorization, "content-type": "application/json" };
      const sent = body ? { body: JSON.stringify(body) } : {};
      const response = await fetch(urlOf(call), { method, headers, ...sent });
      // Every answer of the API is an object.
      return { status: response.status, body: (await response.json()) as Answer["body"] };
    },
    curl(call) {
      const start = `curl ${urlOf(call)} -H 'Authorization: ${authorization}'`;
      if (!call.body) return [start];
      const json = JSON.stringify(call.body);
      return [`${start} \\`, `  -H 'Content-Type: application/json' -d '${json}'`];
    },
  };
}
