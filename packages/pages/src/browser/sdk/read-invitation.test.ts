import { expect, it } from "vitest";
import { readInvitation } from "./read-invitation.ts";

const ORIGIN = encodeURIComponent("https://app.example.com");

it("reads who opened the window, and what for", () => {
  expect(readInvitation(`publicKey=pk_1&origin=${ORIGIN}&sessionId=sess_1`)).toEqual({
    publicKey: "pk_1",
    origin: "https://app.example.com",
    sessionId: "sess_1",
  });
  expect(readInvitation(`publicKey=pk_1&origin=${ORIGIN}&channelId=ch_1&more=x`)).toEqual({
    publicKey: "pk_1",
    origin: "https://app.example.com",
    channelId: "ch_1",
  });
});

it.each([
  "",
  "publicKey=pk_1",
  `origin=${ORIGIN}`,
  `publicKey=&origin=${ORIGIN}`,
  "publicKey=pk_1&origin=*",
  "publicKey=pk_1&origin=null",
  "publicKey=pk_1&origin=app.example.com",
  "publicKey=pk_1&origin=javascript:1",
  "publicKey=pk_1&origin=file:///",
  `publicKey=pk_1&origin=${ORIGIN}/`,
  `publicKey=pk_1&origin=${ORIGIN}/path`,
  `publicKey=pk_1&origin=${ORIGIN}%20*`,
])("an invitation that names no exact origin is none: %j", (fragment) => {
  expect(readInvitation(fragment)).toBeNull();
});
