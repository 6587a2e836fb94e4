import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect, inject, vi } from "vitest";
import { readScreen, type Screen } from "./screen";

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

export interface Person {
  context: BrowserContext;
  page: Page;
}

/** Somebody who signed in with a token, and whose terminals can be read by programs. */
export async function signIn(browser: Browser, width: keyof typeof widths): Promise<Person> {
  const { context, page } = await newcomer(browser, width);
  await page.goto("/");
  await page.getByLabel("Access token").fill(inject("atelier").token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  return { context, page };
}

/** Somebody new, who comes by an invite. */
export async function join(browser: Browser, name: string): Promise<Person> {
  const { invite } = (await call("POST", "/api/users", {})) as { invite: { url: string } };
  const { context, page } = await newcomer(browser, "wide");
  const { pathname, hash } = new URL(invite.url);
  await page.goto(`${pathname}${hash}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  return { context, page };
}

async function newcomer(browser: Browser, width: keyof typeof widths): Promise<Person> {
  const context = await browser.newContext({
    baseURL: inject("atelier").url,
    reducedMotion: "reduce",
    ...widths[width],
  });
  context.setDefaultTimeout(patience);
  await context.addInitScript(() => {
    const key = "atelier.appearance";
    const appearance = { theme: "system", contrast: "system", terminalFontSize: 13, readsTerminals: true };
    if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(appearance));
  });
  return { context, page: await context.newPage() };
}

/** Makes a session on a new branch by the dialog, and waits until it is open. */
export async function createSession(page: Page, branch: string): Promise<void> {
  await page.getByRole("button", { name: "New session" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New session" });
  await dialog.getByText("On a branch").click();
  await dialog.getByRole("button", { name: /^Repository/ }).click();
  await page.getByRole("option", { name: new RegExp(basename(inject("atelier").repository)) }).click();
  await dialog.getByRole("button", { name: /^Branch/ }).click();
  await page.getByRole("combobox", { name: "Branch" }).fill(branch);
  await page.getByRole("option", { name: new RegExp(`Create “${branch}”`) }).click();
  await dialog.getByRole("textbox", { name: "Title" }).fill(branch);
  await dialog.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("heading", { name: branch }).waitFor();
}

/** Opens a shell in the session that is open. */
export async function openShell(page: Page): Promise<TerminalOnPage> {
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  const terminal = new TerminalOnPage(page, "shell");
  await terminal.run("PS1='> '; clear");
  await terminal.shows(">");
  return terminal;
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
    await vi.waitFor(async () => expect(await this.lines()).toContain(line), { timeout: patience, interval: 100 });
  }

  /** Everything on the screen, cell by cell. */
  screen(): Promise<Screen> {
    return this.region.evaluate(readScreen);
  }

  /** The screen once it has stopped changing: three looks in a row that are the same, and what is waited for is there. */
  async settled(isThere: (screen: Screen) => boolean): Promise<Screen> {
    let last: Screen | undefined;
    let looks = 0;
    await vi.waitFor(
      async () => {
        const before = last;
        last = await this.screen().catch(() => undefined);
        const isSame = last !== undefined && isThere(last) && JSON.stringify(before) === JSON.stringify(last);
        looks = isSame ? looks + 1 : 0;
        if (looks < 2)
          throw new Error(`The screen is still changing, or not what it should be:\n${last?.lines.join("\n")}`);
      },
      { timeout: patience, interval: 150 },
    );
    if (last === undefined) throw new Error("The terminal is not there.");
    return last;
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
