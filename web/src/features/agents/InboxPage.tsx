import { Inbox } from "lucide-react";
import { useLists } from "@/app/live";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { questionsOf } from "./agentRules";
import InboxList from "./InboxList";
import { agentStrings } from "./strings";

const strings = agentStrings.inbox;

/** Everything that waits for an answer, to be answered in place. */
export default function InboxPage() {
  const questions = useLists((lists) => questionsOf(lists.agents));
  return (
    <Page title={strings.title} about={strings.about}>
      {questions === undefined ? (
        <Skeleton lines={6} />
      ) : questions === 0 ? (
        <Empty
          icon={<Inbox size={28} strokeWidth={1.5} aria-hidden />}
          title={strings.none}
          example={strings.noneExample}
        >
          {strings.noneAbout}
        </Empty>
      ) : (
        <InboxList />
      )}
    </Page>
  );
}
