import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

// The API serves what is built, and the wheel carries it.
export default defineConfig({
  base: "/console/",
  plugins: [preact()],
  // The content security policy has no place for what is written into style sheets.
  build: { assetsInlineLimit: 0, outDir: "../api/console", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/v1": { target: "http://127.0.0.1:8400", ws: true } } },
});
