import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["journeys/**/*.journey.ts"],
    globalSetup: ["journeys/atelier.ts"],
    reporters: ["default", "./scripts/closingLine.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
