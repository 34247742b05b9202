import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/build-pages.ts"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Most of them wait for something most of the time.
    maxWorkers: "100%",
  },
});
