import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { Member, User } from "@/contracts/http";
import { Dialog } from "@/ui/Dialog";
import { MembersView } from "./MembersDialog";

const ada: Member = { userId: "ada", displayName: "Ada", role: "owner" };
const users: User[] = ["Ada", "Grace"].map((name) => ({
  id: name.toLowerCase(),
  displayName: name,
  isAdministrator: false,
  createdAt: "2026-01-01T00:00:00Z",
}));

function show(canChange: boolean) {
  const onSave = vi.fn(async () => {});
  render(
    <Tooltip.Provider>
      <Dialog isOpen onClose={() => {}} title="Members">
        <MembersView members={[ada]} users={users} canChange={canChange} onSave={onSave} onClose={() => {}} />
      </Dialog>
    </Tooltip.Provider>,
  );
  return onSave;
}

it("an owner lets somebody in with the role they choose", async () => {
  const onSave = show(true);

  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Add somebody" }), "Grace");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Role of Grace" }), "Viewer");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(onSave).toHaveBeenCalledWith([ada, { userId: "grace", displayName: "Grace", role: "viewer" }]);
});

it("a repository is never left without an owner", async () => {
  show(true);

  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Role of Ada" }), "Editor");

  expect(screen.getByText("Somebody has to be owner.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
});

it("who is no owner sees the members and changes nothing", () => {
  show(false);

  expect(screen.getByText("Ada")).toBeTruthy();
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});
