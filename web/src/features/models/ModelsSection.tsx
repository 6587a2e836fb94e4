import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Plus, Sparkles } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ModelProvider, ModelProviderSettings } from "@/contracts/http";
import { meQuery } from "@/features/accounts";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Row, Rows, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { ModelDialog } from "./ModelDialog";
import { addModelProvider, changeModelProvider, modelProvidersQuery, removeModelProvider } from "./modelQueries";
import { modelStrings as strings } from "./strings";

export function ModelsSection() {
  const providers = useQuery(modelProvidersQuery);
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const changed = () => client.invalidateQueries({ queryKey: modelProvidersQuery.queryKey });
  const orSay = async (whenRefused: string, done: Promise<unknown>) => {
    try {
      await done;
      await changed();
    } catch (error) {
      toast.error(whenRefused, { description: troubleOf(error).title });
    }
  };
  return (
    <ModelsView
      providers={providers.data}
      trouble={providers.error === null ? undefined : troubleOf(providers.error).title}
      canChange={me.data?.isAdministrator === true}
      onSave={async (provider, settings) => {
        await (provider === null ? addModelProvider(settings) : changeModelProvider(provider.id, settings));
        await changed();
      }}
      onMakeDefault={(provider) =>
        void orSay(strings.changeRefused, changeModelProvider(provider.id, { isDefault: true }))
      }
      onRemove={(provider) => void orSay(strings.removeRefused, removeModelProvider(provider.id))}
    />
  );
}

export interface ModelsViewProps {
  providers: readonly ModelProvider[] | undefined;
  trouble?: string | undefined;
  /** What a provider is asked costs money and leaves the machine, so administrators alone say which there are. */
  canChange: boolean;
  onSave: (provider: ModelProvider | null, settings: ModelProviderSettings) => Promise<void>;
  onMakeDefault: (provider: ModelProvider) => void;
  onRemove: (provider: ModelProvider) => void;
}

export function ModelsView({ providers, trouble, canChange, onSave, onMakeDefault, onRemove }: ModelsViewProps) {
  const [edited, setEdited] = useState<ModelProvider | "new" | null>(null);
  const [removed, setRemoved] = useState<ModelProvider | null>(null);
  return (
    <Section
      title={strings.title}
      about={strings.about}
      actions={
        canChange ? (
          <Button icon={<Plus size={15} aria-hidden />} onClick={() => setEdited("new")}>
            {strings.add}
          </Button>
        ) : null
      }
    >
      {trouble !== undefined ? (
        <Notice tone="failure" title={trouble} />
      ) : providers === undefined ? (
        <Skeleton />
      ) : providers.length === 0 ? (
        <p className="text-sm text-faint">{strings.none}</p>
      ) : (
        <Rows>
          {providers.map((provider) => (
            <Row key={provider.id}>
              <Sparkles size={16} aria-hidden className="text-faint" />
              <span className="min-w-40 flex-1">
                <span className="font-medium">{provider.name}</span>
                <span className="text-xs text-faint">
                  {provider.isConfigured ? ` · ${strings.configured}` : ""}
                  {provider.hasApiKey ? "" : ` · ${strings.noKey}`}
                </span>
                <code className="block truncate font-mono text-xs text-faint">
                  {provider.model} · {provider.baseUrl}
                </code>
              </span>
              {provider.isDefault ? <span className="text-xs text-done">{strings.isDefault}</span> : null}
              {provider.isConfigured || !canChange ? null : (
                <Menu
                  trigger={
                    <IconButton name={strings.menu(provider.name)}>
                      <Ellipsis size={16} aria-hidden />
                    </IconButton>
                  }
                  entries={[
                    ...(provider.isDefault
                      ? []
                      : [{ name: strings.makeDefault, onSelect: () => onMakeDefault(provider) }]),
                    { name: strings.edit, onSelect: () => setEdited(provider) },
                    { name: strings.remove, isDangerous: true, onSelect: () => setRemoved(provider) },
                  ]}
                />
              )}
            </Row>
          ))}
        </Rows>
      )}
      {edited === null ? null : (
        <ModelDialog
          provider={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
          onSave={(settings) => onSave(edited === "new" ? null : edited, settings)}
        />
      )}
      {removed === null ? null : (
        <ConfirmDialog
          title={strings.removeTitle(removed.name)}
          about={strings.removeAbout}
          submit={strings.removeSubmit}
          onConfirm={() => onRemove(removed)}
          onClose={() => setRemoved(null)}
        />
      )}
    </Section>
  );
}
