/** What an owner sets for the account, a form a section. */

import { useState } from "preact/hooks";

import { ApiError, get, patch } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { TextField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { SECTIONS } from "./account-settings.ts";
import { t } from "../words.ts";
import type { Account } from "../api.ts";
import type { Setting } from "./account-settings.ts";

export function AccountForm() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/account", { signal }),
    [],
  );
  return (
    <>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer &&
        SECTIONS.map((section) => (
          <Section key={section.title} {...section} account={answer} set={set} />
        ))}
    </>
  );
}

function Section({
  title,
  settings,
  account,
  set,
}: {
  title: string;
  settings: Setting[];
  account: Account;
  set: (account: any) => void;
}) {
  const [typed, type] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Record<string, string>>({});
  const textOf = ({ name, value }: Setting) => typed[name] ?? value(account) ?? "";
  const changed = settings.filter((setting) => textOf(setting) !== (setting.value(account) ?? ""));
  const id = `section-${title.replaceAll(" ", "-").toLowerCase()}`;

  async function save(event: Event) {
    event.preventDefault();
    try {
      const changes = changed.map((setting) => setting.change(textOf(setting).trim() || null));
      const fresh = await patch("/api/account", Object.assign({}, ...changes));
      set(fresh);
      type({});
      notify([t`Saved.`, ...changed.map(({ done }) => done(fresh))].join(" "), { kind: "success" });
    } catch (error) {
      const fields = error instanceof ApiError ? error.fieldErrors : [];
      const told = settings.flatMap(({ name }) =>
        fields.filter(({ field }) => field.startsWith(name)).map(({ message }) => [name, message]),
      );
      if (told.length === 0) report(error);
      else setProblems(Object.fromEntries(told));
    }
  }

  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <form class="settings-form" novalidate onSubmit={save}>
        {settings.map((setting) => {
          const { name, label, hint, now, attributes } = setting;
          const onValue = (value: string) => {
            type({ ...typed, [name]: value });
            setProblems({ ...problems, [name]: "" });
          };
          return (
            <TextField
              key={name}
              label={label}
              hint={[now?.(account), hint].filter(Boolean).join(" ")}
              value={textOf(setting)}
              problem={problems[name] || null}
              onValue={onValue}
              attributes={attributes}
            />
          );
        })}
        <p class="form-buttons">
          <button type="submit" class="button primary" disabled={changed.length === 0}>
            Save
          </button>
        </p>
      </form>
    </section>
  );
}
