import { defineConfig } from "vite";

// One script and one style sheet, with fixed names: `corredor` embeds both and writes the HTML around them.
export default defineConfig({
  build: {
    target: "es2020",
    outDir: "dist",
    // The folder is watched by cargo and holds a .gitignore, so it stays.
    emptyOutDir: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 2000,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "corredorPage", fileName: () => "page.js", cssFileName: "page" },
  },
});
