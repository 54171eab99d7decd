// @ts-check
/** What an owner sets for the account, a form a section. */

import { useState } from "preact/hooks";

import { ApiError, get, patch } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { TextField } from "../parts/fields.js";
import { Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { SECTIONS } from "./account-settings.js";
import { html, t } from "../words.js";

/** @import { Account } from "../api.js" */
/** @import { Setting } from "./account-settings.js" */

export function AccountForm() {
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/account", { signal }), []);
  return html`
    <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
    ${answer && SECTIONS.map((section) => html`<${Section} key=${section.title} ...${{ ...section, account: answer, set }} />`)}
  `;
}

/** @param {{ title: string, settings: Setting[], account: Account, set: (account: any) => void }} props */
function Section({ title, settings, account, set }) {
  const [typed, type] = useState(/** @type {Record<string, string>} */ ({}));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const textOf = (/** @type {Setting} */ { name, value }) => typed[name] ?? value(account) ?? "";
  const changed = settings.filter((setting) => textOf(setting) !== (setting.value(account) ?? ""));
  const id = `section-${title.replaceAll(" ", "-").toLowerCase()}`;

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    try {
      const changes = changed.map((setting) => setting.change(textOf(setting).trim() || null));
      const fresh = await patch("/api/account", Object.assign({}, ...changes));
      set(fresh);
      type({});
      notify([t`Saved.`, ...changed.map(({ done }) => done(fresh))].join(" "), { kind: "success" });
    } catch (error) {
      const fields = error instanceof ApiError ? error.fieldErrors : [];
      const told = settings.flatMap(({ name }) => fields.filter(({ field }) => field.startsWith(name)).map(({ message }) => [name, message]));
      if (told.length === 0) report(error);
      else setProblems(Object.fromEntries(told));
    }
  }

  return html`
    <section class="card" aria-labelledby=${id}>
      <h2 id=${id}>${title}</h2>
      <form class="settings-form" novalidate onSubmit=${save}>
        ${settings.map((setting) => {
          const { name, label, hint, now, attributes } = setting;
          const onValue = (/** @type {string} */ value) => {
            type({ ...typed, [name]: value });
            setProblems({ ...problems, [name]: "" });
          };
          return html`
            <${TextField}
              key=${name}
              label=${label}
              hint=${[now?.(account), hint].filter(Boolean).join(" ")}
              value=${textOf(setting)}
              problem=${problems[name] || null}
              onValue=${onValue}
              attributes=${attributes}
            />
          `;
        })}
        <p class="form-buttons"><button type="submit" class="button primary" disabled=${changed.length === 0}>Save</button></p>
      </form>
    </section>
  `;
}
