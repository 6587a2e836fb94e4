import clsx from "clsx";
import { type FormEvent, useState } from "react";
import type { PermissionOption } from "@/contracts/agentEvents";
import type { AgentRequest, AnswerRequest, Remembered, Remembering } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { Check, Field, Select, TextInput } from "@/ui/Field";
import { Keys } from "@/ui/Keys";
import { RelativeTime } from "@/ui/RelativeTime";
import { StateMark } from "@/ui/StateMark";
import { DiffView } from "./DiffView";
import { LoginQuestion } from "./LoginQuestion";
import { MessageText } from "./MessageText";
import { type Asked, askedOf, contentOf, keyOf, outcomeOf } from "./requestRules";
import { agentStrings } from "./strings";
import { Text, ToolCallDetails } from "./ToolCallLine";
import { commandOf, diffsOf, pathsOf, readable, textOf, toolLine, within } from "./toolCalls";

const strings = agentStrings.asks;

export interface RequestCardProps {
  request: AgentRequest;
  /** Who asks: the program's name. */
  who: string;
  /** Where it works, for paths and for people. */
  folder: string | null;
  place: string | null;
  canAnswer: boolean;
  /** Name of whoever answered; undefined while that is not known. */
  answeredBy?: string | undefined;
  /** Whether y, n and a answer this one now. */
  hasKeys?: boolean;
  /** What a rule would go by that remembers the answer; none where it cannot be remembered. */
  remembers?: Remembered | null | undefined;
  /** Keeps variables for the program; undefined for who may not. */
  onSetVariables?: ((variables: Readonly<Record<string, string>>) => Promise<boolean>) | undefined;
  onAnswer: (answer: AnswerRequest) => Promise<boolean>;
}

/** A question of a program: what exactly it wants to do, and the answers it offers. */
export function RequestCard(props: RequestCardProps) {
  const { request, who, answeredBy } = props;
  const asked = askedOf(request);
  if (request.state !== "open") return <Answered request={request} asked={asked} answeredBy={answeredBy} />;
  return (
    <article
      aria-label={strings.card(who)}
      className="flex min-w-0 flex-col gap-2.5 rounded-md border border-needs/35 bg-needs-wash p-3"
    >
      {asked.kind === "permission" ? (
        <Permission {...props} asked={asked} />
      ) : asked.kind === "login" ? (
        <>
          <Heading text={agentStrings.login.wanted(who)} props={props} />
          <LoginQuestion
            message={asked.message}
            methods={asked.methods}
            canAnswer={props.canAnswer}
            onSetVariables={props.onSetVariables}
            onAnswer={props.onAnswer}
          />
        </>
      ) : (
        <Question {...props} asked={asked} />
      )}
    </article>
  );
}

function Heading({ text, props }: { text: string; props: RequestCardProps }) {
  return (
    <header className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <StateMark state="needs-you" />
      <h2 className="font-medium">{text}</h2>
      {props.place === null ? null : (
        <span className="min-w-0 truncate text-xs text-faint">{strings.in(props.place)}</span>
      )}
      <RelativeTime at={props.request.createdAt} className="ml-auto text-xs text-faint" />
    </header>
  );
}

function Permission(props: RequestCardProps & { asked: Extract<Asked, { kind: "permission" }> }) {
  const { asked, folder, canAnswer, hasKeys = false, onAnswer, who, remembers } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const [from, setFrom] = useState("");
  const answer = async (option: PermissionOption) => {
    setChosen(option.optionId);
    if (!(await onAnswer({ optionId: option.optionId, ...remembering(from) }))) setChosen(null);
  };
  const { kind } = toolLine(asked.call, folder);
  return (
    <>
      <Heading text={strings[kind](who)} props={props} />
      <Wanted call={asked.call} folder={folder} />
      {canAnswer && remembers && asked.options.length > 0 ? (
        <Field label={strings.fromNowOn} about={from === "" ? undefined : strings.fromNowOnAbout}>
          {(ids) => (
            <Select
              {...ids}
              value={from}
              choices={rememberChoices(remembers)}
              disabled={chosen !== null}
              onChange={(event) => setFrom(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      {!canAnswer ? (
        <p className="text-sm text-soft">{strings.watchOnly}</p>
      ) : asked.options.length === 0 ? (
        <p className="text-sm text-soft">{strings.noOptions}</p>
      ) : (
        <div className="flex flex-wrap gap-2 max-sm:flex-col">
          {asked.options.map((option) => {
            const key = hasKeys && from === "" ? keyOf(asked.options, option) : undefined;
            return (
              <Button
                key={option.optionId}
                look={option.kind === "allow_once" ? "primary" : "quiet"}
                className={clsx("max-md:h-11!", option.kind.startsWith("reject") && "sm:last:ml-auto")}
                isBusy={chosen === option.optionId}
                disabled={chosen !== null}
                onClick={() => void answer(option)}
              >
                <span className="truncate">{option.name}</span>
                {key === undefined ? null : (
                  <span aria-hidden className="max-md:hidden">
                    <Keys keys={key} />
                  </span>
                )}
              </Button>
            );
          })}
        </div>
      )}
    </>
  );
}

const whole = "whole";
const leading = "leading:";

function rememberChoices({ text, words }: Remembered): { value: string; name: string }[] {
  return [
    { value: "", name: strings.askAgain },
    { value: whole, name: strings.always(text) },
    ...words.map((each) => ({ value: `${leading}${each}`, name: strings.alwaysLeading(each) })),
  ];
}

function remembering(from: string): Remembering {
  if (from === "") return {};
  return from === whole ? { remember: "repository" } : { remember: "repository", pattern: from.slice(leading.length) };
}

/** The exact thing that is asked for: the command, the changes, the files, else what the program says of it. */
function Wanted({ call, folder }: { call: Extract<Asked, { kind: "permission" }>["call"]; folder: string | null }) {
  const command = commandOf(call);
  const diffs = diffsOf(call);
  if (command !== null) {
    return (
      <>
        <pre className="max-h-60 overflow-auto rounded-md bg-surface px-3 py-2 font-mono text-sm whitespace-pre-wrap break-words">
          {command}
        </pre>
        <Explanation call={call} besides={command} />
      </>
    );
  }
  if (diffs.length > 0) {
    return (
      <>
        {diffs.map((diff) => (
          <DiffView
            key={diff.path}
            path={within(diff.path, folder)}
            oldText={diff.oldText ?? null}
            newText={diff.newText}
          />
        ))}
      </>
    );
  }
  const paths = pathsOf(call);
  const input = readable(call.rawInput);
  return (
    <>
      {call.title ? <p className="break-words">{call.title}</p> : null}
      {paths.length === 0 ? null : (
        <ul className="font-mono text-sm">
          {paths.map((path) => (
            <li key={path} className="truncate" title={path}>
              {within(path, folder)}
            </li>
          ))}
        </ul>
      )}
      {textOf(call) !== "" ? <ToolCallDetails call={call} folder={folder} /> : null}
      {textOf(call) === "" && input !== null ? <Text label={agentStrings.input} text={input} /> : null}
    </>
  );
}

function Explanation({ call, besides }: { call: { title?: string | null; rawInput?: unknown }; besides: string }) {
  const input = call.rawInput;
  const description: unknown =
    typeof input === "object" && input !== null ? Reflect.get(input, "description") : undefined;
  const text = typeof description === "string" ? description : (call.title ?? "");
  const isSame = text.replace(/[`\s]/g, "") === besides.replace(/[`\s]/g, "");
  return text === "" || isSame ? null : <p className="text-sm text-soft">{text}</p>;
}

function Question(props: RequestCardProps & { asked: Extract<Asked, { kind: "question" }> }) {
  const { asked, canAnswer, onAnswer, who } = props;
  const [filled, setFilled] = useState<Readonly<Record<string, string>>>({});
  const [isMissing, setMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const send = async (answer: AnswerRequest) => {
    setBusy(true);
    if (!(await onAnswer(answer))) setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const content = contentOf(asked.fields, filled);
    setMissing(content === null);
    if (content !== null) void send({ action: "accept", content });
  };
  const set = (name: string) => (value: string) => setFilled({ ...filled, [name]: value });
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-col gap-2.5">
      <Heading text={strings.question(who)} props={props} />
      {asked.message === "" ? null : <MessageText parts={[{ type: "text", text: asked.message }]} />}
      {asked.url === null ? null : (
        <a
          href={asked.url}
          target="_blank"
          rel="noreferrer noopener"
          className="self-start font-medium break-all text-accent underline"
        >
          {asked.url}
        </a>
      )}
      {canAnswer
        ? asked.fields.map((field) => {
            const value = filled[field.name] ?? field.initial;
            const change = set(field.name);
            if (field.type === "check") {
              return (
                <Check
                  key={field.name}
                  label={field.label}
                  {...(field.about === undefined ? {} : { about: field.about })}
                  isChecked={value === "true"}
                  onChange={(isChecked) => change(`${isChecked}`)}
                />
              );
            }
            return (
              <Field
                key={field.name}
                label={field.label}
                about={field.about}
                problem={isMissing && field.isRequired && value.trim() === "" ? strings.required : undefined}
              >
                {(ids) =>
                  field.type === "choice" ? (
                    <Select
                      {...ids}
                      value={value}
                      choices={value === "" ? [{ value: "", name: strings.choose }, ...field.choices] : field.choices}
                      onChange={(event) => change(event.target.value)}
                    />
                  ) : (
                    <TextInput
                      {...ids}
                      value={value}
                      inputMode={field.type === "number" ? "decimal" : "text"}
                      onChange={(event) => change(event.target.value)}
                    />
                  )
                }
              </Field>
            );
          })
        : null}
      {canAnswer ? (
        <div className="flex flex-wrap gap-2 max-sm:flex-col">
          <Button type="submit" look="primary" className="max-md:h-11!" isBusy={isBusy}>
            {asked.url === null ? strings.submit : strings.done}
          </Button>
          <Button className="max-md:h-11!" disabled={isBusy} onClick={() => void send({ action: "decline" })}>
            {strings.decline}
          </Button>
        </div>
      ) : (
        <p className="text-sm text-soft">{strings.watchOnly}</p>
      )}
    </form>
  );
}

/** One line of what was asked and what became of it. */
function Answered({
  request,
  asked,
  answeredBy,
}: {
  request: AgentRequest;
  asked: Asked;
  answeredBy: string | undefined;
}) {
  const wanted = asked.kind === "permission" ? toolLine(asked.call) : null;
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm text-faint">
      <span className="min-w-0 text-soft">{saidOf(request, asked, answeredBy ?? agentStrings.someone)}</span>
      {wanted === null ? (
        <span className="min-w-0 truncate">{asked.kind === "permission" ? "" : asked.message}</span>
      ) : (
        <span className={clsx("min-w-0 truncate", wanted.isCode && "font-mono text-xs")}>{wanted.object}</span>
      )}
      <RelativeTime at={request.answeredAt ?? request.createdAt} className="text-xs" />
    </p>
  );
}

function saidOf(request: AgentRequest, asked: Asked, who: string): string {
  const outcome = outcomeOf(request);
  switch (outcome?.kind) {
    case "selected": {
      const options = asked.kind === "permission" ? asked.options : [];
      const option = options.find((each) => each.optionId === outcome.optionId);
      const name = option?.name ?? outcome.optionId;
      return option?.kind.startsWith("reject") ? strings.rejected(who, name) : strings.allowed(who, name);
    }
    case "accepted":
      return asked.kind === "login" ? agentStrings.login.done(who) : strings.answered(who);
    case "declined":
      return strings.declined(who);
    case "withdrawn":
      return strings.withdrawn;
    case "void":
      return strings.void;
    default:
      return strings.notAnswered;
  }
}
