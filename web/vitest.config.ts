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
    },
  }),
);
