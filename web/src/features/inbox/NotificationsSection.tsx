import { useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { InboxKind } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Check } from "@/ui/Field";
import { Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { DesktopSwitch } from "./DesktopSwitch";
import { changeNotifications, notificationsQuery } from "./inboxQueries";
import { inboxStrings } from "./strings";

const strings = inboxStrings.notifications;
const kinds: readonly InboxKind[] = ["permission", "question", "budget", "failed", "finished"];

/** How somebody hears of what waits for them when they do not look. */
export default function NotificationsSection() {
  const client = useQueryClient();
  const { data } = useQuery(notificationsQuery);
  const change = async (wanted: { webhook?: boolean; kinds?: InboxKind[] }) => {
    try {
      client.setQueryData(notificationsQuery.queryKey, await changeNotifications(wanted));
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(strings.notSaved, { description: detail ?? title });
    }
  };
  return (
    <>
      <Section title={strings.browser} about={strings.browserAbout}>
        <DesktopSwitch />
      </Section>
      <Section title={strings.webhook} about={data?.hasWebhook === false ? strings.noWebhook : strings.webhookAbout}>
        {data === undefined ? <Skeleton lines={2} /> : null}
        {data?.hasWebhook ? (
          <div className="flex flex-col gap-2">
            <Check
              label={strings.webhookLabel}
              isChecked={data.webhook}
              onChange={(isOn) => void change({ webhook: isOn })}
            />
            {data.webhook ? (
              <fieldset className="flex flex-col gap-1.5 pl-6">
                <legend className="text-sm text-soft">{strings.of}</legend>
                {kinds.map((kind) => (
                  <Check
                    key={kind}
                    label={inboxStrings.kinds[kind]}
                    isChecked={data.kinds.includes(kind)}
                    onChange={(isOn) =>
                      void change({ kinds: isOn ? [...data.kinds, kind] : data.kinds.filter((each) => each !== kind) })
                    }
                  />
                ))}
              </fieldset>
            ) : null}
          </div>
        ) : null}
      </Section>
    </>
  );
}
