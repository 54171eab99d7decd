// @ts-check
/** The head of every page: whose papers these are, the ways to the views, and what can be done anywhere. */

import { html } from "htm/preact";

import picture from "../../icon.svg";
import { Icon } from "../parts/icon.js";
import { chooseFiles } from "../receipts/intake.js";
import { may, session } from "../state/session.js";
import { AccountMenu } from "./account-menu.js";
import { showHelp } from "./help.js";
import { NoticeMenu } from "../notifications/menu.js";
import { place } from "./router.js";
import { ROUTES } from "./routes.js";

export function Header() {
  return html`
    <header class="site-header">
      <a class="brand" href="/"><img src=${picture} alt="" width="26" height="26" />Tillroll</a>
      <span class="account" id="account-name">${session.value?.account.name}</span>
      <nav class="site-views" id="navigation" aria-label="Views"><${Navigation} /></nav>
      <div class="site-tools">
        ${may("submit") &&
        html`
          <button type="button" class="button primary" id="choose-button" onClick=${chooseFiles}>
            <${Icon} name="plus" />Add receipts
          </button>
        `}
        <button
          type="button"
          class="icon-button only-fine"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick=${showHelp}
        >
          <${Icon} name="keyboard" />
        </button>
        <${NoticeMenu} />
        <${AccountMenu} />
      </div>
    </header>
  `;
}

/** The links to the views, which are always there: beside the brand, or at the bottom of a narrow screen. */
function Navigation() {
  const { route } = place.value;
  const shown = ROUTES.filter(({ icon, isFor }) => icon && (!isFor || (session.value && isFor(session.value))));
  return shown.map(
    ({ path, title, icon }) => html`
      <a key=${path} href=${path} aria-current=${path === (route?.under ?? route?.path) ? "page" : null}>
        <${Icon} name=${icon} />
        <span>${title}</span>
      </a>
    `,
  );
}
