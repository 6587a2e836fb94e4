import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { serverPid } from "./atelier";
import {
  call,
  createSession,
  expectAccessible,
  openBrowser,
  patience,
  signIn,
  TerminalOnPage,
  type widths,
} from "./person";

let browser: Browser;
let context: BrowserContext | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  await call("POST", "/api/repositories", { path: inject("atelier").repository });
});

afterEach(async () => {
  await context?.close();
  context = undefined;
});

afterAll(() => browser?.close());

describe.each(["wide", "phone"] as const satisfies (keyof typeof widths)[])("a session, %s", (width) => {
  it("lives through a reload, a second tab and the server's death, and can be closed", async () => {
    const branch = `journey/${width}-${Date.now()}`;
    const { page } = await start(width);
    await createSession(page, branch);
    await expectAccessible(page);

    await page.getByRole("button", { name: "Terminal", exact: true }).click();
    const first = new TerminalOnPage(page, "shell");
    await first.run("PS1='> '; clear; ls | wc -l; echo sum-$((40+2))");
    await first.shows("30");
    await first.shows("sum-42");
    await expectAccessible(page);
    if (width === "phone") await typeByKeyRow(page, first);

    await page.reload();
    await first.shows("sum-42");

    const second = new TerminalOnPage(await page.context().newPage(), "shell");
    await second.page.goto(page.url());
    await second.shows("sum-42");
    await second.run("echo from-$((1+1))");
    await first.showsOnce("from-2");

    const { data } = inject("atelier");
    if (data !== null) {
      process.kill(serverPid(data), "SIGKILL");
      const connection = page.getByRole("region", { name: "Connection" });
      await connection.getByText("Reconnecting").waitFor();
      await first.run("echo away-$((2+1))");
      await connection.getByText(/characters not sent yet/).waitFor();
      await connection.getByText("Live", { exact: true }).waitFor();
      await first.showsOnce("away-3");
      await second.showsOnce("away-3");
    }

    await page.getByRole("button", { name: "Actions for shell" }).click();
    await page.getByRole("menuitem", { name: /Close/ }).click();
    await page.getByRole("button", { name: "Close worker" }).click();
    await page.getByRole("heading", { name: "This session has no workers" }).waitFor();

    await page.getByRole("button", { name: `More about ${branch}` }).click();
    await page.getByRole("menuitem", { name: /Delete session/ }).click();
    await page.getByRole("button", { name: "Delete session" }).click();
    await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
    await expect
      .poll(() => page.getByRole("link", { name: new RegExp(branch) }).count(), { timeout: patience })
      .toBe(0);
  });
});

describe("a session with work that exists nowhere else", () => {
  it("says what would be lost, and offers to keep the worktree first", async () => {
    const branch = `journey/unsaved-${Date.now()}`;
    const { page } = await start("wide");
    await createSession(page, branch);
    await page.getByRole("button", { name: "Terminal", exact: true }).click();
    const terminal = new TerminalOnPage(page, "shell");
    await terminal.run("PS1='> '; clear; touch a b c; echo made");
    await terminal.shows("made");

    await page.getByRole("button", { name: `More about ${branch}` }).click();
    await page.getByRole("menuitem", { name: /Delete session/ }).click();
    await page.getByRole("button", { name: "Delete session" }).click();
    await page.getByText("3 uncommitted files").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Delete session, keep worktree" }).click();

    await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
  });
});

describe("by keyboard alone", () => {
  it("somebody makes a session, names it, leaves its terminal and finds it again", async () => {
    const { page } = await start("wide");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "New session" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("textbox", { name: "Path" }).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("/tmp");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Title" }).focus();
    const title = `Keyboard ${Date.now()}`;
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: title }).waitFor();

    await page.keyboard.press("t");
    const terminal = new TerminalOnPage(page, "shell");
    await terminal.run("PS1='> '; clear; echo typed-$((3+4))");
    await terminal.shows("typed-7");
    await page.keyboard.press("Control+Shift+L");
    await expect
      .poll(() => page.getByRole("tab", { name: /shell/ }).evaluate((tab) => tab === document.activeElement))
      .toBe(true);

    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands" }).waitFor();
    await page.keyboard.type(title);
    await page.getByRole("option", { name: new RegExp(title) }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: title }).waitFor();
    await terminal.shows("typed-7");
  });
});

describe("every page", () => {
  it.each([
    "/",
    "/sessions",
    "/hosts",
    "/settings/you",
    "/settings/people",
    "/settings/repositories",
    "/settings/programs",
    "/settings/appearance",
    "/settings/shortcuts",
    "/nowhere",
  ])("%s has no accessibility violations", async (path) => {
    const { page } = await start("wide");
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expectAccessible(page);
  });
});

async function start(width: keyof typeof widths): Promise<{ context: BrowserContext; page: Page }> {
  const person = await signIn(browser, width);
  context = person.context;
  return person;
}

/** What a phone's keyboard lacks: completes with Tab, interrupts with Ctrl and a letter, goes back with an arrow. */
async function typeByKeyRow(page: Page, terminal: TerminalOnPage): Promise<void> {
  const keys = page.getByRole("toolbar", { name: "Extra keys" });
  await terminal.type("cat chapter-30");
  await keys.getByRole("button", { name: "Tab" }).tap();
  await terminal.run("");
  await terminal.shows("# Chapter 30");
  await terminal.run("cat");
  await keys.getByRole("button", { name: "Ctrl" }).tap();
  await terminal.type("c");
  await terminal.shows("^C");
  await terminal.run("echo row-$((3+3))");
  await terminal.shows("row-6");
  await keys.getByRole("button", { name: "Up" }).tap();
  await terminal.run("");
  await expect
    .poll(async () => (await terminal.lines()).filter((line) => line === "row-6").length, { timeout: patience })
    .toBe(2);
}
