import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { call, openBrowser, patience, signIn, TerminalOnPage } from "./person";

/** Works, asks and rests as it is told: what an agent does on a screen, without a model. */
const agent = `#!/usr/bin/env bash
state=idle n=0 files=(alpha beta gamma delta epsilon zeta eta) parts=(start middle end tests types)
echo "agent-ready"
while true; do
  if [[ $state == working ]]; then
    if ! read -t 0; then n=$((n + 1)); echo "Reading the \${parts[n % 5]} of \${files[n % 7]}"; sleep 0.1; continue; fi
  fi
  read -r line || exit 0
  case $line in
    work) state=working ;;
    ask) state=asking; printf '\\nMay the agent go on? (y/n)\\n' ;;
    rest) state=idle; clear; echo "at rest" ;;
    quit) exit 0 ;;
  esac
done
`;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let folder: string;
let programId: string;

beforeAll(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), "atelier-agent-"));
  const command = join(folder, "agent");
  writeFileSync(command, agent);
  chmodSync(command, 0o755);
  await call("POST", "/api/repositories", { path: inject("atelier").repository });
  ({ context, page } = await signIn(browser, "wide"));
  await page.goto("/settings/programs");
  await page.getByRole("button", { name: "Add program" }).click();
  const name = `Journeyman ${Date.now()}`;
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Command", { exact: true }).fill(command);
  await page.getByLabel("It is asking when the screen shows").fill("May the agent go on");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(name).waitFor();
  const { agentPrograms } = (await call("GET", "/api/agent-programs")) as {
    agentPrograms: { id: string; name: string }[];
  };
  programId = agentPrograms.find((program) => program.name === name)?.id ?? "";
});

afterAll(async () => {
  await call("DELETE", `/api/agent-programs/${programId}`);
  await context.close();
  await browser.close();
  rmSync(folder, { recursive: true });
});

it("what an agent does is said everywhere at once, and it goes on after it has ended", async () => {
  const title = `Agent ${Date.now()}`;
  await page.getByRole("link", { name: "Home" }).first().click();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New session" });
  await dialog.getByText("In a folder").click();
  await dialog.getByRole("textbox", { name: "Path" }).fill("/tmp");
  await dialog.getByRole("textbox", { name: "Path" }).press("Enter");
  await dialog.getByLabel("Agent").selectOption({ value: programId });
  await dialog.getByLabel("Title").fill(title);
  await dialog.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("heading", { name: title }).waitFor();

  const { sessions } = (await call("GET", "/api/sessions")) as {
    sessions: { id: string; title?: string; workers: { name: string }[] }[];
  };
  const session = sessions.find((each) => each.title === title);
  const terminal = new TerminalOnPage(page, session?.workers[0]?.name ?? "");
  const header = page.locator("main header").first();
  const says = (word: string) =>
    expect.poll(() => header.textContent(), { timeout: patience, interval: 100 }).toContain(word);
  await terminal.shows("agent-ready");
  await vi.waitFor(
    async () => {
      const { workers } = (await call("GET", `/api/sessions/${session?.id}/workers`)) as {
        workers: { activityState?: string }[];
      };
      expect(workers[0]?.activityState).toBe("idle");
    },
    { timeout: patience, interval: 200 },
  );
  await terminal.run("work");
  await says("Working");

  await terminal.run("ask");
  await says("Needs you");
  await expect.poll(() => page.title(), { timeout: patience }).toMatch(/^\(\d+\) Atelier$/);
  await page.getByRole("link", { name: /^Home/ }).first().click();
  await page
    .getByRole("region", { name: "Needs you" })
    .getByRole("link", { name: new RegExp(title) })
    .click();

  await terminal.run("rest");
  await says("Ready");

  await terminal.run("quit");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect
    .poll(async () => (await terminal.lines()).filter((line) => line === "agent-ready").length, { timeout: patience })
    .toBeGreaterThan(0);
  await expect.poll(() => page.getByRole("button", { name: "Go on" }).count(), { timeout: patience }).toBe(0);
});
