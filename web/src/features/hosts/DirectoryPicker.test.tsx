import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { DirectoryListing } from "@/contracts/http";
import { DirectoryView } from "./DirectoryPicker";

const home: DirectoryListing = {
  path: "/home/ada",
  parent: "/home",
  entries: [{ name: "api", path: "/home/ada/api", isRepository: true }],
  truncated: false,
};

function picker(listing: DirectoryListing | undefined, path: string | null, onOpen: (path: string) => void) {
  return (
    <Tooltip.Provider>
      <DirectoryView
        listing={listing}
        path={path}
        trouble={undefined}
        showHidden={false}
        onShowHidden={() => {}}
        onOpen={onOpen}
      />
    </Tooltip.Provider>
  );
}

it("opens a folder of the list, and the one above", async () => {
  const onOpen = vi.fn();
  render(picker(home, "/home/ada", onOpen));
  await userEvent.click(screen.getByRole("button", { name: /api/ }));
  await userEvent.click(screen.getByRole("button", { name: "One folder up" }));

  expect(onOpen.mock.calls).toEqual([["/home/ada/api"], ["/home"]]);
});

it("leaves what is being typed alone when the listing arrives", async () => {
  const onOpen = vi.fn();
  const { rerender } = render(picker(undefined, null, onOpen));
  await userEvent.click(screen.getByRole("textbox", { name: "Path" }));
  rerender(picker(home, "/home/ada", onOpen));
  await userEvent.keyboard("/tmp{Enter}");

  expect(onOpen).toHaveBeenCalledWith("/tmp");
});

it("takes what was typed also without Enter", async () => {
  const onOpen = vi.fn();
  render(picker(home, "/home/ada", onOpen));
  const field = screen.getByRole("textbox", { name: "Path" });
  await userEvent.clear(field);
  await userEvent.type(field, "/srv");
  await userEvent.tab();

  expect(onOpen).toHaveBeenLastCalledWith("/srv");
});
