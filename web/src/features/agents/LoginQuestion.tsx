import { Link } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { AgentInstance, AnswerRequest } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import type { LoginMethod } from "./requestRules";
import { agentStrings } from "./strings";

const strings = agentStrings.login;

export interface LoginQuestionProps {
  message: string;
  methods: readonly LoginMethod[];
  canAnswer: boolean;
  /** Keeps variables for the program; undefined for who may not. */
  onSetVariables?: ((variables: Readonly<Record<string, string>>) => Promise<boolean>) | undefined;
  onAnswer: (answer: AnswerRequest) => Promise<boolean>;
}

/** The ways in which somebody can log in to the program, each with its button. */
export function LoginQuestion({ message, methods, canAnswer, onSetVariables, onAnswer }: LoginQuestionProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const choose = async (id: string | null) => {
    setChosen(id ?? "");
    if (!(await onAnswer({ action: "accept", content: id === null ? {} : { methodId: id } }))) setChosen(null);
  };
  return (
    <>
      {message === "" ? null : <p className="text-sm break-words text-soft">{message}</p>}
      <p className="text-sm text-soft">{strings.about}</p>
      {canAnswer ? (
        <div className="flex flex-col items-start gap-2">
          {methods.map((method) =>
            method.variables.length > 0 ? (
              <Variables
                key={method.id}
                method={method}
                onSet={
                  onSetVariables === undefined
                    ? undefined
                    : async (variables) => {
                        if (await onSetVariables(variables)) await choose(null);
                      }
                }
              />
            ) : (
              <span key={method.id} className="flex min-w-0 flex-wrap items-center gap-x-2">
                <Button
                  look="primary"
                  className="max-md:h-11!"
                  icon={method.isTerminal ? <SquareTerminal size={14} aria-hidden /> : null}
                  isBusy={chosen === method.id}
                  disabled={chosen !== null}
                  onClick={() => void choose(method.id)}
                >
                  {method.name}
                </Button>
                <span className="text-xs text-faint">
                  {method.about ?? (method.isTerminal ? strings.inTerminal : "")}
                </span>
              </span>
            ),
          )}
          <Button
            className="max-md:h-11!"
            disabled={chosen !== null}
            isBusy={chosen === ""}
            onClick={() => void choose(null)}
          >
            {strings.elsewhere}
          </Button>
        </div>
      ) : (
        <p className="text-sm text-soft">{agentStrings.asks.watchOnly}</p>
      )}
    </>
  );
}

function Variables({
  method,
  onSet,
}: {
  method: LoginMethod;
  onSet: ((variables: Readonly<Record<string, string>>) => Promise<void>) | undefined;
}) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await onSet?.(values);
    setBusy(false);
  };
  if (onSet === undefined) {
    return (
      <p className="text-sm text-soft">
        {method.name}: {strings.variables(method.variables)}
      </p>
    );
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex w-full max-w-100 flex-col gap-2">
      {method.variables.map((name) => (
        <Field key={name} label={name}>
          {(ids) => (
            <TextInput
              {...ids}
              type="password"
              autoComplete="off"
              value={values[name] ?? ""}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Button
        type="submit"
        className="self-start max-md:h-11!"
        isBusy={isBusy}
        disabled={method.variables.some((name) => (values[name] ?? "") === "")}
      >
        {strings.setVariables(method.name)}
      </Button>
    </form>
  );
}

/** A login that is under way, where it is to be seen that nothing goes on before it. */
export function LoginUnderWay({ instance, sessionId }: { instance: AgentInstance; sessionId: string | null }) {
  const { login } = instance;
  if (login === null || login === undefined || login.state === "needed") return null;
  return (
    <div className="mx-auto w-full max-w-220 px-2 pb-2 md:px-5">
      <Notice
        tone="info"
        title={strings.states[login.state]}
        actions={
          login.state === "in-terminal" && sessionId !== null ? (
            <Link
              to="/sessions/$sessionId"
              params={{ sessionId }}
              className="text-sm font-medium text-accent hover:underline"
            >
              {strings.openTerminal}
            </Link>
          ) : null
        }
      />
    </div>
  );
}
