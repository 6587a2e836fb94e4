import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { call, createSession, openBrowser, openShell, patience, signIn, type TerminalOnPage } from "./person";
import type { Screen } from "./screen";

let browser: Browser;
let context: BrowserContext;
let page: Page;
let terminal: TerminalOnPage;

beforeAll(async () => {
  browser = await openBrowser();
  await call("POST", "/api/repositories", { path: inject("atelier").repository });
  ({ context, page } = await signIn(browser, "wide"));
  await createSession(page, `journey/terminal-${Date.now()}`);
  terminal = await openShell(page);
  await terminal.run("export LC_ALL=C.UTF-8");
});

afterEach(() => terminal.run("\u0003"));

afterAll(async () => {
  await context.close();
  await browser.close();
});

/** 李白, for printf: xterm takes no text from elsewhere than keys while it reads to a screen reader. */
const wide = "\\xe6\\x9d\\x8e\\xe7\\x99\\xbd";

const has = (text: string) => (screen: Screen) => screen.lines.some((line) => line.includes(text));

/** The shell has printed all it had to: its prompt is the last thing there. */
const isAtPrompt = ({ lines }: Screen) => lines.findLast((line) => line !== "")?.endsWith("}>") === true;

/** A page that is loaded again knows nothing but the snapshot it is sent. */
async function sameAfterReload(isThere: (screen: Screen) => boolean): Promise<Screen> {
  const before = await terminal.settled(isThere);
  await page.reload();
  expect(await terminal.settled(isThere)).toEqual(before);
  return before;
}

describe("a terminal that is loaded again shows what it showed", () => {
  it("colours, wide characters, marks and lines that are gone from the screen", async () => {
    await terminal.run(
      [
        "clear",
        "seq 1 70",
        "printf '\\033[1;31mred\\033[0m \\033[48;5;27mon blue\\033[0m \\033[3;38;2;10;200;30mgreen\\033[0m\\n'",
        `printf '${wide} \\xf0\\x9f\\x91\\x8d e\\xcc\\x81 \\xe2\\x9d\\xa4 %s\\n' end-of-wide`,
        "printf '%0200d\\n' 7",
        "echo all-$((40+2))",
      ].join("; "),
    );
    const screen = await sameAfterReload((screen) => has("all-42")(screen) && isAtPrompt(screen));

    expect(screen.lines.some((line) => line.includes("李<2>白<2>"))).toBe(true);
    expect(screen.lines.some((line) => line.includes("}red"))).toBe(true);
  });

  it("the alternate screen with its cursor, and the other one behind it", async () => {
    await terminal.run(
      "clear; echo behind-$((6+7)); read -rsn1 -p \"$(printf '\\033[?1049h\\033[5;9H\\033[44m\\xe6\\x9d\\x8e here')\"",
    );
    const screen = await sameAfterReload(has("here"));
    expect([screen.kind, screen.cursor]).toEqual(["alternate", "15, 4"]);

    await terminal.type("x");
    await terminal.run("printf '\\033[0m\\033[?1049l'");
    expect((await sameAfterReload((screen) => has("behind-13")(screen) && isAtPrompt(screen))).kind).toBe("normal");
  });

  it.each([
    ["vim", "vim -u NONE -N -c 'set number nowrap' -c 'syntax on'", "jjjllll", ":q!\n"],
    ["less", "less -N", "4j", "q"],
  ])("%s, where it was left", async (program, command, moves, leave) => {
    await terminal.run(
      `clear; for i in $(seq 1 90); do printf '%s wide ${wide} line\\n' $i; done >story.md; command -v ${program} >/dev/null && ${command} story.md || echo without-${program}`,
    );
    const opened = await terminal.settled(
      (screen) => has("90 wide")(screen) || has("9 wide")(screen) || has("without-")(screen),
    );
    if (has(`without-${program}`)(opened)) return;
    await terminal.type(moves);
    const screen = await sameAfterReload(
      ({ kind, cursor }) => kind === "alternate" && (program === "less" || cursor !== opened.cursor),
    );
    expect(has("李<2>白<2>")(screen)).toBe(true);

    await terminal.type(leave);
    expect((await terminal.settled(({ kind }) => kind === "normal")).kind).toBe("normal");
  });
});

it("a pasted image is saved where the worker is, and its path typed", async () => {
  await terminal.run("clear");
  await terminal.type("wc -c <");
  await page.evaluate(() => {
    const pasted = new DataTransfer();
    pasted.items.add(new File([new Uint8Array(1234)], "picture.png", { type: "image/png" }));
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }),
    );
  });
  await terminal.settled(has(".png"));
  await terminal.run("");
  await terminal.shows("1234");
});

it("a search finds what has scrolled away", async () => {
  await terminal.run("clear; echo needle-$((1+1)); seq 1 100; echo hay");
  await terminal.shows("hay");
  await page.keyboard.press("Control+Shift+F");
  const search = page.getByRole("searchbox", { name: "Search in the terminal" });
  await search.fill("needle-2");
  await page.getByText("1 of 1").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => search.count(), { timeout: patience }).toBe(0);
});
