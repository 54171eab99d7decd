// @ts-check
/** What an owner sets for the account. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

import { ApiError, get, patch } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { TextField } from "../parts/fields.js";
import { Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { SETTINGS } from "./account-settings.js";

/** @import { Account } from "../api.js" */
/** @import { Setting } from "./account-settings.js" */

export function AccountForm() {
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/account", { signal }), []);
  return html`
    <section class="card" aria-labelledby="account-title">
      <h2 id="account-title">Account</h2>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && SETTINGS.map((setting) => html`<${One} key=${setting.id} ...${{ setting, account: answer, set }} />`)}
    </section>
  `;
}

/** @param {{ setting: Setting, account: Account, set: (account: any) => void }} props */
function One({ setting, account, set }) {
  const saved = setting.value(account) ?? "";
  const [text, setText] = useState(saved);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  useEffect(() => setText(saved), [saved]);

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    try {
      const changed = await patch("/api/account", setting.change(text.trim() || null));
      set(changed);
      notify(setting.done(changed), { kind: "success" });
    } catch (error) {
      const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (field) setProblem(field.message);
      else report(error);
    }
  }

  const onValue = (/** @type {string} */ value) => {
    setText(value);
    setProblem(null);
  };
  const hint = [setting.now?.(account), setting.hint].filter(Boolean).join(" ");
  return html`
    <form class="one-field" novalidate onSubmit=${save}>
      <${TextField} label=${setting.label} value=${text} onValue=${onValue} problem=${problem} hint=${hint} />
      <button type="submit" class="button" disabled=${text === saved} aria-label=${setting.save}>Save</button>
    </form>
  `;
}
