// Looks at every stage of /gallery in a real browser, wide and at a phone's width, light and dark: takes screenshots and runs axe on each.
// npm run gallery [pattern]
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const wanted = new RegExp(process.argv[2] ?? "");
const folder = process.env.GALLERY_OUTPUT ?? "../artifacts/gallery";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = { wide: { width: 1360, height: 820 }, phone: { width: 390, height: 844 } };

mkdirSync(folder, { recursive: true });
const server = await createServer({ server: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
await server.listen();
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let passed = 0;
let failed = 0;

const index = await browser.newPage();
await index.goto(`${address}gallery`);
await index.getByRole("heading", { name: "Gallery" }).waitFor();
const names = (await index.getByRole("link").allTextContents()).filter((name) => wanted.test(name));
await index.close();

for (const [width, viewport] of Object.entries(widths)) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport,
      colorScheme,
      reducedMotion: "reduce",
      hasTouch: width === "phone",
    });
    for (const name of names) {
      const page = await context.newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
      await page.goto(`${address}gallery?show=${name}`);
      await page.waitForLoadState("networkidle");
      await page.waitForFunction(() => document.querySelector("main, [role=dialog]") !== null);
      await page.waitForTimeout(name.includes("loading") || name.includes("reconnecting") ? 900 : 450);
      await page.screenshot({ path: `${folder}/${name}.${width}.${colorScheme}.png` });
      await page.evaluate(axe);
      // One sheet shows the same landmark in all its states.
      const rules = name === "components" ? { "landmark-unique": { enabled: false } } : {};
      const { violations } = await page.evaluate((rules) => {
        const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        return globalThis.axe.run(document, { runOnly, rules });
      }, rules);
      for (const violation of violations) {
        for (const node of violation.nodes)
          problems.push(`${violation.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`);
      }
      if (problems.length === 0) passed++;
      else {
        failed++;
        console.error(`${name} (${width}, ${colorScheme})\n  ${problems.slice(0, 8).join("\n  ")}`);
      }
      await page.close();
    }
    await context.close();
  }
}

await browser.close();
await server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
