import { expect, test } from "vitest";
import { splitTarget } from "./target.ts";

test.each([
  ["/a/b", "/a/b", ""],
  ["/a?b=1&c", "/a", "b=1&c"],
  ["/a?b=/x?y", "/a", "b=/x?y"],
  ["/", "/", ""],
  ["/?a", "/", "a"],
  ["/%2F%c3%bc", "/%2F%c3%bc", ""],
  ["//evil.example/a", "//evil.example/a", ""],
  ["http://host:80/a?b", "/a", "b"],
  ["https://host", "/", ""],
  ["https://host?a", "/", "a"],
  ["/a?next=http://host/b", "/a", "next=http://host/b"],
  ["*", "*", ""],
])("%s is cut into %s and %j", (target, path, search) => {
  expect(splitTarget(target)).toEqual({ path, search });
});
