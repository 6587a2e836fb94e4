import { Inbox } from "lucide-react";
import { Suspense } from "react";
import { useLists } from "@/app/live";
import { InboxList } from "@/features/agents";
import { Empty } from "@/ui/Empty";
import { Page, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { DesktopSwitch } from "./DesktopSwitch";
import { InboxHistory } from "./InboxHistory";
import { needingKinds, needingOf } from "./inboxRules";
import { RulesList } from "./RulesList";
import { inboxStrings as strings } from "./strings";

/** Everything that waits for a person, to be answered in place; below it, what became of the rest, and the rules. */
export default function InboxPage({ itemId }: { itemId?: string | undefined }) {
  const items = useLists((lists) => lists.inboxItems);
  if (items === undefined) {
    return (
      <Page title={strings.title} about={strings.about}>
        <Skeleton lines={6} />
      </Page>
    );
  }
  const needs = needingOf(items).length;
  const review = items.length - needs;
  return (
    <Page title={strings.title} about={strings.about}>
      {items.length > 0 ? null : (
        <Empty
          icon={<Inbox size={28} strokeWidth={1.5} aria-hidden />}
          title={strings.none}
          example={strings.noneExample}
        >
          {strings.noneAbout}
        </Empty>
      )}
      {needs === 0 ? null : (
        <Section title={strings.needs} count={needs}>
          <Suspense fallback={<Skeleton lines={3} />}>
            <InboxList kinds={needingKinds} itemId={itemId} />
          </Suspense>
        </Section>
      )}
      {review === 0 ? null : (
        <Section title={strings.review} count={review}>
          <Suspense fallback={<Skeleton lines={3} />}>
            <InboxList kinds={["finished"]} name={strings.review} itemId={itemId} />
          </Suspense>
        </Section>
      )}
      <Section title={strings.history}>
        <InboxHistory />
      </Section>
      <Section title={strings.rules} about={strings.rulesAbout}>
        <RulesList />
      </Section>
      <Section title={strings.notifications.title} about={strings.notifications.browserAbout}>
        <DesktopSwitch />
      </Section>
    </Page>
  );
}
