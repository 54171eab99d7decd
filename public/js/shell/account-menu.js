// @ts-check
/** The account's menu: who is signed in, the settings, the keys, and the way out. */

import { useRef } from "preact/hooks";

import { signOut } from "../api.js";
import { Icon } from "../parts/icon.js";
import { leaveBy } from "../identity/sign-out.js";
import { showHelp } from "../shortcuts.js";
import { session } from "../state/session.js";
import { html } from "../words.js";

export function AccountMenu() {
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { user, account } = session.value ?? {};
  const close = () => menu.current?.hidePopover();
  const help = () => {
    close();
    showHelp();
  };
  return html`
    <button type="button" class="side-account" popovertarget="account-menu" title="Account">
      <${Icon} name="person" class="only-desk" />
      <${Icon} name="down" class="only-phone" />
      <span class="visually-hidden">Account:</span>
      <span class="side-label account" id="account-name">${account?.name}</span>
    </button>
    <div class="menu account-menu" id="account-menu" popover="auto" ref=${menu}>
      <p><strong id="user-name">${user?.name}</strong><span class="quiet">${account?.name}</span></p>
      <a href="/settings" onClick=${close}>Settings</a>
      <button type="button" onClick=${help}>Keyboard shortcuts <kbd>?</kbd></button>
      <button type="button" onClick=${() => leaveBy(signOut)}>Sign out</button>
    </div>
  `;
}
