import { expect, it } from "vitest";
import { webAddress } from "./web-address.ts";

it.each(["https://app.example.com/a?b=c#d", "http://localhost:3000/"])(
  "%s leads somewhere",
  (address) => {
    expect(webAddress(address)?.href).toBe(address);
  },
);

it.each([
  "javascript:alert(1)",
  " javascript:alert(1)",
  "data:text/html,x",
  "blob:https://app.example.com/1",
  "ftp://example.com/",
  "/relative",
  "//example.com",
  "",
  null,
  undefined,
])("%j leads nowhere", (address) => {
  expect(webAddress(address)).toBeNull();
});
