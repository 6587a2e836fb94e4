import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Suspense } from "react";
import { PeopleSection, YouSection } from "@/features/accounts";
import { NotificationsSection } from "@/features/inbox";
import { ModelsSection } from "@/features/models";
import { ProgramsSection } from "@/features/programs";
import { RepositoriesSection } from "@/features/repositories";
import { unreachable } from "@/lib/unreachable";
import { Page } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { AppearanceSection } from "./AppearanceSection";
import { ShortcutsSection } from "./ShortcutsSection";
import { type SettingsSection, settingsSections } from "./sections";
import { settingsStrings as strings } from "./strings";

export default function SettingsPage({ section }: { section: SettingsSection }) {
  return (
    <Page title={strings.title}>
      <nav
        aria-label={strings.title}
        className="-mx-1 flex gap-0.5 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        {settingsSections.map((each) => (
          <Link
            key={each}
            to="/settings/$section"
            params={{ section: each }}
            aria-current={each === section ? "page" : undefined}
            // On a phone the row is longer than the screen.
            ref={each === section ? (tab) => tab?.scrollIntoView?.({ inline: "center", block: "nearest" }) : undefined}
            className={clsx(
              "-mb-px shrink-0 border-b-2 px-2 py-1.5 text-sm max-md:py-2.5",
              each === section
                ? "border-accent-fill font-medium text-text"
                : "border-transparent text-soft hover:text-text",
            )}
          >
            {strings.sections[each]}
          </Link>
        ))}
      </nav>
      <Chosen section={section} />
    </Page>
  );
}

function Chosen({ section }: { section: SettingsSection }) {
  switch (section) {
    case "you":
      return <YouSection />;
    case "notifications":
      return (
        <Suspense fallback={<Skeleton lines={4} />}>
          <NotificationsSection />
        </Suspense>
      );
    case "people":
      return <PeopleSection />;
    case "repositories":
      return <RepositoriesSection />;
    case "programs":
      return <ProgramsSection />;
    case "models":
      return <ModelsSection />;
    case "appearance":
      return <AppearanceSection />;
    case "shortcuts":
      return <ShortcutsSection />;
    default:
      return unreachable(section);
  }
}
