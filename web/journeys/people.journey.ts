import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, it } from "vitest";
import {
  call,
  createSession,
  expectAccessible,
  join,
  openBrowser,
  openShell,
  type Person,
  patience,
  signIn,
  TerminalOnPage,
} from "./person";

let browser: Browser;
let people: Person[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  await call("POST", "/api/repositories", { path: inject("atelier").repository });
});

afterEach(async () => {
  for (const person of people) await person.context.close();
  people = [];
});

afterAll(() => browser?.close());

it("somebody who is let in watches, sees who is there, and types when they may", async () => {
  const name = `Grace ${Date.now()}`;
  const owner = await signIn(browser, "wide");
  const grace = await join(browser, name);
  people = [owner, grace];
  const branch = `journey/people-${Date.now()}`;
  await createSession(owner.page, branch);
  const owners = await openShell(owner.page);
  const session = new URL(owner.page.url()).pathname;

  await grace.page.goto(session);
  await grace.page.getByRole("heading", { name: "There is no such session" }).first().waitFor();

  await setRole(owner.page, name, "Viewer");
  await grace.page.getByRole("heading", { name: branch }).waitFor();
  await grace.page.getByText("You watch").waitFor();
  for (const forbidden of ["Add a worker", "Actions for shell"]) {
    expect(await grace.page.getByRole("button", { name: forbidden }).count()).toBe(0);
  }
  await grace.page.getByRole("button", { name: `More about ${branch}` }).click();
  await grace.page.getByRole("menuitem", { name: "Copy link" }).waitFor();
  expect(await grace.page.getByRole("menuitem", { name: /Delete|Rename/ }).count()).toBe(0);
  await grace.page.keyboard.press("Escape");
  await grace.page.getByRole("menu").waitFor({ state: "detached" });
  await expectAccessible(grace.page);

  await owner.page.goto(session);
  for (const page of [owner.page, grace.page]) {
    await expect
      .poll(() => page.getByRole("list", { name: "Also here" }).getByRole("listitem").count(), { timeout: patience })
      .toBe(2);
  }
  await owner.page.getByRole("list", { name: "Also here" }).getByLabel(name).waitFor();

  const graces = new TerminalOnPage(grace.page, "shell");
  await graces.type("grace-was-here");
  await owners.run("clear; echo owner-$((3+4))");
  await graces.shows("owner-7");
  expect((await owners.lines()).join("\n")).not.toContain("grace-was-here");

  await setRole(owner.page, name, "Editor");
  await expect.poll(() => grace.page.getByText("You watch").count(), { timeout: patience }).toBe(0);
  await owner.page.goto(session);
  await graces.run("echo grace-$((1+1))");
  await owners.showsOnce("grace-2");

  await setRole(owner.page, name, null);
  await grace.page.getByRole("heading", { name: "There is no such session" }).first().waitFor();
});

it("a session in a folder is its maker's until it is shared", async () => {
  const owner = await signIn(browser, "wide");
  const grace = await join(browser, `Barbara ${Date.now()}`);
  people = [owner, grace];
  const title = `Shared ${Date.now()}`;
  const { session } = (await call("POST", "/api/sessions", { type: "quick", locationPath: "/tmp", title })) as {
    session: { id: string };
  };
  await owner.page.goto(`/sessions/${session.id}`);
  await owner.page.getByRole("button", { name: `More about ${title}` }).click();
  await owner.page.getByRole("menuitem", { name: "Share…" }).click();
  await owner.page.getByLabel("Everybody else").selectOption({ label: "May watch" });
  await expectAccessible(owner.page);
  await owner.page.getByRole("button", { name: "Share", exact: true }).click();

  await grace.page.goto("/sessions");
  await grace.page.getByRole("link", { name: new RegExp(title) }).click();
  await grace.page.getByText("You watch").waitFor();
});

/** Lets somebody into the journeys' repository by its members dialog, changes what they may, or takes it away. */
async function setRole(page: Page, name: string, role: string | null): Promise<void> {
  await page.goto("/settings/repositories");
  await page
    .getByRole("button", { name: `Actions for local/${inject("atelier").repository.split("/").at(-1)}` })
    .click();
  await page.getByRole("menuitem", { name: "Members" }).click();
  const dialog = page.getByRole("dialog", { name: /^Members of/ });
  await dialog.getByRole("button", { name: "Cancel" }).waitFor();
  const choice = dialog.getByLabel(`Role of ${name}`);
  if (role === null) await dialog.getByRole("button", { name: `Remove ${name}` }).click();
  else {
    if ((await choice.count()) === 0) await dialog.getByLabel("Add somebody").selectOption({ label: name });
    await choice.selectOption({ label: role });
  }
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
}
