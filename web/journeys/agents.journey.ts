import { basename } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
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

/** Turns of the conversation that ended well. */
async function expectDone(turns: number): Promise<void> {
  const log = page.getByRole("log", { name: "Conversation" });
  await expect
    .poll(() => log.getByText("Done", { exact: true }).count(), { timeout: patience, interval: 200 })
    .toBe(turns);
}

it("an agent asks, is allowed, does what it was asked, and can be told more", async () => {
  const request = `Write down journey ${Date.now()}`;
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.getByRole("heading", { name: "Agents", exact: true, level: 1 }).waitFor();
  await page.getByRole("button", { name: "New agent" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByRole("button", { name: /^Repository/ }).click();
  await page.getByRole("option", { name: new RegExp(basename(inject("atelier").repository)) }).click();
  await dialog.getByLabel("Program").selectOption("demo");
  await dialog.getByLabel("Request").fill(request);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Start agent" }).click();

  await page.getByRole("heading", { name: request, level: 1 }).waitFor();
  const log = page.getByRole("log", { name: "Conversation" });
  await log.getByText(request).first().waitFor();
  const card = page.getByRole("article", { name: /asks$/ });
  await card
    .getByText(/git commit/)
    .first()
    .waitFor();
  await expect.poll(() => page.title(), { timeout: patience }).toMatch(/^\(\d+\) Atelier$/);
  await expectAccessible(page);

  await card.getByRole("button", { name: "Allow", exact: true }).click();
  await log.getByText(/allowed it/).waitFor();
  await expectDone(1);

  await page.getByRole("textbox", { name: "Message" }).fill("list");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expectDone(2);

  const said = await log.getByText(/Done: /).count();
  await page.reload();
  await expectDone(2);
  expect(await log.getByText(/Done: /).count()).toBe(said);
  expect(await log.getByText(request).count()).toBeGreaterThan(0);
  await expectAccessible(page);
});

it("is answered from the inbox by keyboard, and stays in the list on a phone", async () => {
  const request = `Ask by inbox ${Date.now()}`;
  const { repositories } = (await call("GET", "/api/repositories")) as {
    repositories: { id: string; path?: string }[];
  };
  const repository = repositories.find((each) => each.path === inject("atelier").repository);
  const { agent } = (await call("POST", "/api/agents", {
    taskRequest: request,
    repositoryId: repository?.id,
    agentProgramId: "demo",
  })) as { agent: { id: string } };

  await page.goto("/inbox");
  const question = page.getByRole("list", { name: "All questions" }).getByRole("listitem").filter({ hasText: request });
  await question.getByRole("button", { name: "Allow", exact: true }).waitFor();
  await expectAccessible(page);
  await question.getByRole("link").focus();
  await page.keyboard.press("y");
  await question.waitFor({ state: "detached" });

  await page.setViewportSize(widths.phone.viewport);
  await page.goto("/agents");
  await page.getByRole("link", { name: new RegExp(request) }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  await expectDone(1);
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overhang).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await call("DELETE", `/api/agents/${agent.id}?discardWork=true`);
  await page.setViewportSize(widths.wide.viewport);
});

it("is found on the board and by what it was asked, opens there, and goes into the archive and back", async () => {
  const request = `Look for okapis ${Date.now()}`;
  const { repositories } = (await call("GET", "/api/repositories")) as {
    repositories: { id: string; path?: string }[];
  };
  const repositoryId = repositories.find((each) => each.path === inject("atelier").repository)?.id;
  const body = { taskRequest: request, repositoryId, agentProgramId: "demo" };
  const { agent } = (await call("POST", "/api/agents", body)) as { agent: { id: string } };

  await page.goto("/agents?view=board");
  await page
    .getByRole("region", { name: "Needs you" })
    .getByRole("link", { name: new RegExp(request) })
    .waitFor();
  await expectAccessible(page);
  await page.keyboard.press("/");
  await page.keyboard.type(`"${request}"`);
  const found = page.getByRole("region", { name: "In conversations" });
  await found.getByRole("link", { name: /asked/ }).waitFor();
  await expectAccessible(page);
  await found.getByRole("link", { name: /asked/ }).click();
  await page.locator("[aria-current=true]").getByText(request).waitFor();

  await page.getByRole("log", { name: "Conversation" }).focus();
  await page.keyboard.press("e");
  await page.getByText(/was archived$/).waitFor();
  await page.goBack();
  await page.getByText("Nothing was said about that.").waitFor();
  await page.getByRole("checkbox", { name: "Archived too" }).check();
  await found.getByRole("link", { name: /asked/ }).waitFor();
  await page.getByRole("button", { name: /^More about/ }).click();
  await page.getByRole("menuitem", { name: "Take out of the archive" }).click();
  await page.getByRole("checkbox", { name: "Archived too" }).uncheck();
  await found.getByRole("link", { name: /asked/ }).waitFor();
  await call("DELETE", `/api/agents/${agent.id}?discardWork=true`);
});
