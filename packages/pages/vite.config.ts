import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist/browser",
    target: "es2022",
    lib: {
      entry: "src/browser/main.ts",
      formats: ["iife"],
      name: "wabakit",
      fileName: () => "main.js",
      cssFileName: "main",
    },
  },
});
