import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

/** No answer within this many milliseconds is a hang. Shorter than the deadline of a body. */
export const PATIENCE_MS = 8_000;

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** A request; `GET` unless it says otherwise. */
export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** A connection of which the test chooses every byte. */
export interface Wire {
  readonly socket: Socket;
  /** Everything that came back so far, a character for a byte. */
  readonly received: () => string;
  /** Resolves once `part` has come back. */
  readonly until: (part: string) => Promise<void>;
  /** Resolves with everything that came back once the connection is over. */
  readonly closed: Promise<string>;
}

/** Asks once, on a connection of its own. @throws When there is no whole answer in time. */
export function ask(port: number, question: Question): Promise<Answer> {
  const { method = "GET", path, headers = {}, body } = question;
  const answered = new Promise<Answer>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path, headers, agent: false };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      incoming.on("end", () => {
        const all = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = incoming;
        resolve({ status, headers, body: all, text: all.toString() });
      });
    });
    outgoing.on("error", reject).end(body);
  });
  return inTime(answered, `${method} ${path} was not answered.`);
}

/** Opens a connection and sends `opening`. */
export function dial(port: number, opening: string): Wire {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  let received = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    received += text;
  });
  socket.write(opening);
  const closed = new Promise<string>((resolve) => {
    socket.once("end", () => socket.end()).once("close", () => resolve(received));
  });
  return {
    socket,
    received: () => received,
    until: (part) =>
      inTime(
        seen(socket, () => received.includes(part)),
        `Never saw ${part}.`,
      ),
    closed: inTime(closed, "The connection was left open."),
  };
}

/** The head of a request, for `dial`. */
export function head(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ host: "probe", ...headers });
  return [`${line} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""].join(
    "\r\n",
  );
}

function seen(socket: Socket, isThere: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => void (isThere() && resolve());
    socket.on("data", look).once("close", () => reject(new Error("The connection ended first.")));
    look();
  });
}

function inTime<Value>(work: Promise<Value>, complaint: string): Promise<Value> {
  const timely = new Promise<Value>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(complaint)), PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
  // A test that failed for another reason must not fail a second time, unhandled.
  timely.catch(() => {});
  return timely;
}
