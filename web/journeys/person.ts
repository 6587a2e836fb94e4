import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect, inject } from "vitest";

/** One generous bound for everything that is waited for; machines of CI are slow. */
export const patience = 30_000;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const widths = {
  wide: { viewport: { width: 1280, height: 800 }, hasTouch: false },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
};

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

/** Somebody who signed in with a token, and whose terminals can be read by programs. */
export async function signIn(
  browser: Browser,
  width: keyof typeof widths,
): Promise<{ context: BrowserContext; page: Page }> {
  const { url, token } = inject("atelier");
  const context = await browser.newContext({ baseURL: url, ...widths[width] });
  context.setDefaultTimeout(patience);
  await context.addInitScript(() => {
    const key = "atelier.appearance";
    const appearance = { theme: "system", contrast: "system", terminalFontSize: 13, readsTerminals: true };
    if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(appearance));
  });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Access token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  return { context, page };
}

export async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const { url, token } = inject("atelier");
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** One terminal as a person uses it. */
export class TerminalOnPage {
  readonly page: Page;
  private readonly region: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.region = page.getByRole("region", { name: `Terminal ${name}` });
  }

  async type(text: string): Promise<void> {
    await this.region.getByRole("textbox").focus();
    await this.page.keyboard.type(text);
  }

  async run(command: string): Promise<void> {
    await this.type(command);
    await this.page.keyboard.press("Enter");
  }

  /** Every line the terminal shows now. */
  async lines(): Promise<string[]> {
    const lines = await this.region.getByRole("listitem").allTextContents();
    return lines.map((line) => line.replaceAll("\u00a0", " ").trimEnd());
  }

  async shows(line: string): Promise<void> {
    await expect.poll(() => this.lines(), { timeout: patience, interval: 100 }).toContain(line);
  }

  async showsOnce(line: string): Promise<void> {
    await this.shows(line);
    expect((await this.lines()).filter((each) => each === line)).toHaveLength(1);
  }
}

export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const found = await (
      globalThis as unknown as { axe: { run(root: Document): Promise<{ violations: AxeViolation[] }> } }
    ).axe.run(document);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  });
  expect(violations).toEqual([]);
}

interface AxeViolation {
  id: string;
  nodes: { target: string[] }[];
}
