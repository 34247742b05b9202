import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    // The types are there as well, and another tool writes them.
    emptyOutDir: false,
    lib: {
      entry: "src/index.ts",
      name: "WabakitConnect",
      formats: ["es", "iife"],
      fileName: (format) => (format === "es" ? "connect.js" : "connect.script.js"),
    },
    // Both ways to import it have to work, also from the script's global.
    rolldownOptions: { output: { exports: "named" } },
  },
});
