import { expect, it } from "vitest";
import { readEntry } from "./read-entry.ts";

it.each([
  ["the link that was opened", ["token", "", true], { link: "token" }],
  ["the link of before the reload", ["token", "", false], { link: "token" }],
  [
    "back from Meta, with the link remembered",
    ["token", "?session=sess_1", false],
    { sessionId: "sess_1" },
  ],
  ["back from Meta in a tab that forgot", ["", "?session=sess_1", false], { sessionId: "sess_1" }],
  ["a new link behind an old address", ["token", "?session=sess_1", true], { link: "token" }],
  ["nothing", ["", "", false], null],
  ["an empty session", ["", "?session=", false], null],
] as const)("%s", (_, [link, search, isNew], expected) => {
  expect(readEntry(link, search, isNew)).toEqual(expected);
});
