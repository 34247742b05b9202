import { request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "./fake-clock.ts";
import { type SinkOptions, sink } from "./sink.ts";

async function openSink(options?: SinkOptions) {
  const target = await sink(options);
  onTestFinished(target.close);
  const post = async (path = "/", body: string | Buffer = "") => {
    const answer = await request(`${target.url}${path}`, { method: "POST", body, reset: true });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };
  return { target, post };
}

test("remembers method, path, headers, exact bytes and time", async () => {
  const { target, post } = await openSink({ clock: fakeClock(42) });
  const bytes = Buffer.from([0, 255, 10, 13, 195, 40]);
  expect(await post("/hook?tenant=1", bytes)).toMatchObject({ status: 200, text: "" });
  expect(target.received).toMatchObject([{ method: "POST", path: "/hook?tenant=1", at: 42 }]);
  expect(target.received[0]?.body).toEqual(bytes);
  expect(target.received[0]?.headers["content-length"]).toBe("6");
});

test("answers as it was told last, by value or by delivery", async () => {
  const { target, post } = await openSink({
    respond: { status: 503, headers: { "retry-after": "7" } },
  });
  expect(await post()).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
  target.respond(({ body }, index) => ({ status: 201, body: `${index}:${body}` }));
  expect(await post("/", "hello")).toMatchObject({ status: 201, text: "1:hello" });
});

test("delays an answer by the clock", async () => {
  const clock = fakeClock();
  const { target, post } = await openSink({ clock, respond: { delayMs: 5_000, body: "late" } });
  let answered = false;
  const answer = post().finally(() => {
    answered = true;
  });
  await target.waitFor(1);
  await clock.advance(4_999);
  expect(answered).toBe(false);
  await clock.advance(1);
  expect(await answer).toMatchObject({ text: "late" });
});

test("cuts a connection, and closes under one it keeps waiting", async () => {
  const { target, post } = await openSink({ respond: { delayMs: "reset" } });
  await expect(post()).rejects.toMatchObject({ code: "ECONNRESET" });
  target.respond({ delayMs: "hang" });
  const hanging = expect(post()).rejects.toThrow();
  await target.waitFor(2);
  await target.close();
  await hanging;
});

test("passes Meta's handshake apart from deliveries, if the token is the right one", async () => {
  const { target } = await openSink({ verifyToken: "secret" });
  const verify = async (token: string) => {
    const query = `hub.mode=subscribe&hub.challenge=1158&hub.verify_token=${token}`;
    const answer = await request(`${target.url}/hook?${query}`);
    return [answer.statusCode, await answer.body.text()];
  };
  expect(await verify("secret")).toEqual([200, "1158"]);
  expect(await verify("guess")).toEqual([403, ""]);
  target.respondToHandshake({ status: 500 });
  expect(await verify("secret")).toEqual([500, ""]);
  target.respondToHandshake(undefined);
  expect(await verify("secret")).toEqual([200, "1158"]);
  expect(target.handshakes).toHaveLength(4);
  expect(target.received).toEqual([]);
});

test("waits for deliveries, and says how many are missing", async () => {
  const { target, post } = await openSink();
  const waiting = target.waitFor(2);
  await post("/one");
  await post("/two");
  expect((await waiting).map(({ path }) => path)).toEqual(["/one", "/two"]);
  await expect(target.waitFor(3, 1)).rejects.toThrow("The sink received 2 of 3.");
});
