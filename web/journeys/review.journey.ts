import { execFileSync } from "node:child_process";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { call, expectAccessible, openBrowser, patience, signIn, widths } from "./person";

let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  await call("POST", "/api/repositories", { path: inject("atelier").repository });
  ({ context, page } = await signIn(browser, "wide"));
});

afterAll(async () => {
  await context.close();
  await browser.close();
});

interface Whole {
  agent: { id: string; activity: string; branch: string };
  requests: { id: string }[];
}

/** Allows what the demo program asks, until its turn is over. */
async function untilDone(agentId: string): Promise<Whole> {
  return await vi.waitFor(
    async () => {
      const whole = (await call("GET", `/api/agents/${agentId}`)) as Whole;
      for (const { id } of whole.requests) await call("POST", `/api/inbox/${id}/answer`, { decision: "allow_once" });
      expect(whole.agent.activity).toBe("to-review");
      return whole;
    },
    { timeout: patience, interval: 100 },
  );
}

it("work is looked at, commented and landed", async () => {
  const { repositories } = (await call("GET", "/api/repositories")) as {
    repositories: { id: string; path?: string }[];
  };
  const { repository } = inject("atelier");
  const { agent } = (await call("POST", "/api/agents", {
    taskRequest: `Write down review ${Date.now()}`,
    repositoryId: repositories.find((each) => each.path === repository)?.id,
    agentProgramId: "demo",
  })) as Whole;
  const { branch } = (await untilDone(agent.id)).agent;

  await page.goto(`/agents/${agent.id}`);
  await page.getByRole("link", { name: "Review", exact: true }).click();
  const file = page.locator("[data-file]").first();
  await file.waitFor();
  await page.keyboard.press("c");
  await page.getByRole("textbox", { name: /^Comment on/ }).fill("Say it more clearly");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByRole("button", { name: "Send 1 comment" }).click();
  await page.getByText("Sent to the agent", { exact: true }).waitFor();
  await untilDone(agent.id);
  await expectAccessible(page);
  await page.setViewportSize(widths.phone.viewport);
  await expectAccessible(page);
  await page.setViewportSize(widths.wide.viewport);

  await page.getByText(/Merges cleanly into/).waitFor();
  await page.getByRole("button", { name: "Land…" }).click();
  const dialog = page.getByRole("dialog", { name: "Land the work" });
  await dialog.getByText("A merge commit;").click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Merge", exact: true }).click();
  await dialog.getByText(/^Landed in/).waitFor();

  const merged = execFileSync("git", ["branch", "--contains", branch, "--format=%(refname:short)"], {
    cwd: repository,
    encoding: "utf8",
  });
  expect(merged.trim().split("\n").length).toBe(2);
});
