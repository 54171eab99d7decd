// @ts-check
/** The account's menu: who is signed in, what an owner sets, tokens, and the ways out. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, changeAccount, getAccount, signOut, signOutEverywhere } from "../api.js";
import { notify } from "../notifications/notices.js";
import { Icon } from "../parts/icon.js";
import { SETTINGS } from "../accounts/account-settings.js";
import { report } from "../state/report.js";
import { leave as leaveForGood } from "../session.js";
import { dropAllDrafts } from "../state/drafts.js";
import { forgetAllFiles } from "../receipts/kept-files.js";
import { may, session } from "../state/session.js";
import { TokenList } from "../identity/token-list.js";

/** @import { Account } from "../api.js" */
/** @import { Setting } from "../accounts/account-settings.js" */

const EVERYWHERE = "Sign out in all browsers, this one too? Links that were not used yet are worth nothing then.";

export function AccountMenu() {
  const [account, setAccount] = useState(/** @type {Account | null} */ (null));
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  // What is shown is asked for anew whenever the menu opens.
  const load = () => may("administer") && getAccount().then(setAccount).catch(report);
  useEffect(() => {
    load();
  }, [may("administer")]);
  const onToggle = (/** @type {ToggleEvent} */ event) => event.newState === "open" && load();
  const leave = (/** @type {() => Promise<void>} */ end) => leaveForGood(() => end().then(dropAll)).catch(report);
  const onSaved = (/** @type {Account} */ saved) => {
    setAccount(saved);
    menu.current?.hidePopover();
  };
  return html`
    <button type="button" class="icon-button" popovertarget="account-menu" aria-label="Account" title="Account">
      <${Icon} name="person" />
    </button>
    <div class="menu" id="account-menu" popover="auto" ref=${menu} onToggle=${onToggle}>
      <div class="menu-head">
        <p class="quiet">Signed in as <strong id="user-name">${session.value?.user.name}</strong></p>
        <button type="button" class="button" onClick=${() => leave(signOut)}>Sign out</button>
      </div>
      ${account && SETTINGS.map((setting) => html`<${Field} key=${setting.id} ...${{ setting, account, onSaved }} />`)}
      <${TokenList} />
      <button type="button" class="button" onClick=${() => confirm(EVERYWHERE) && leave(signOutEverywhere)}>
        Sign out everywhere
      </button>
    </div>
  `;
}

/** What was typed, and what was not sent: whoever signs out leaves nothing behind. */
function dropAll() {
  dropAllDrafts();
  return forgetAllFiles();
}

/** @param {{ setting: Setting, account: Account, onSaved: (account: Account) => void }} props */
function Field({ setting, account, onSaved }) {
  const { id, label, hint, attributes, placeholder } = setting;
  const saved = setting.value(account) ?? "";
  // What somebody is typing stays. @type {string | null}
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState("");
  const text = typed ?? saved;

  async function save() {
    try {
      const changed = await changeAccount(setting.change(text.trim() || null));
      setTyped(null);
      notify(setting.done(changed), { kind: "success" });
      onSaved(changed);
    } catch (error) {
      const first = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (!first) throw error;
      setProblem(first.message);
    }
  }

  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save().catch(report);
  };
  const onInput = (/** @type {Event} */ event) => {
    setTyped(/** @type {HTMLInputElement} */ (event.target).value);
    setProblem("");
  };
  return html`
    <form class="menu-form" id=${`${id}-form`} novalidate onSubmit=${onSubmit}>
      <label for=${id}>${label}</label>
      <div class="menu-field">
        <input
          type="text"
          id=${id}
          value=${text}
          placeholder=${placeholder}
          autocomplete="off"
          spellcheck=${false}
          aria-describedby=${`${id}-problem ${id}-now ${id}-hint`}
          aria-invalid=${String(problem !== "")}
          onInput=${onInput}
          ...${attributes}
        />
        <button type="submit" class="button" aria-label=${setting.save}>Save</button>
      </div>
      ${problem && html`<p class="input-problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
      ${setting.now && html`<p class="quiet" id=${`${id}-now`}>${setting.now(account)}</p>`}
      ${hint && html`<p class="quiet" id=${`${id}-hint`}>${hint}</p>`}
    </form>
  `;
}
