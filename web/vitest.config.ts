import { defineConfig, mergeConfig } from "vitest/config";
import shared from "./vite.config.ts";

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["src/testSetup.ts"],
      reporters: ["default", "./scripts/closingLine.ts"],
      pool: "threads",
      isolate: false,
      css: false,
      // Machines of CI are slow, and the first test of a file waits for what it loads.
      testTimeout: 20_000,
    },
  }),
);
