// @ts-check
/** The frame around all views: who is signed in, the ways to the views, and the place where the open view is. */

import { signal } from "@preact/signals";

import picture from "../../icon.svg";
import { isLost, signOut, signOutEverywhere } from "../api.js";
import { Icon } from "../parts/icon.js";
import { View } from "../parts/view.js";
import { leave, otherAccount } from "../session.js";
import { report } from "../state/report.js";
import { session } from "../state/session.js";
import { useLoaded } from "./loaded.js";
import { Passing } from "./passing.js";
import { place } from "./router.js";
import { ROUTES } from "./routes.js";
import { html, t } from "../words.js";

const EVERYWHERE = t`Sign out in all browsers, including this one? Sign-in links that were not used yet stop working.`;

/** What is said until the server has answered. */
export const loadingText = signal(t`Loading …`);

/** The whole page. */
export function Shell() {
  return html`
    <a class="skip-link" href="#main">Skip to the content</a>
    <header class="site-side">
      <div class="side-head">
        <a class="brand" href="/" aria-label="Tillroll">
          <img src=${picture} alt="" width="24" height="24" /><span class="side-label">Tillroll</span>
        </a>
      </div>
      <nav class="side-views" aria-label="Views"><${Navigation} /></nav>
      <${AccountMenu} />
    </header>
    <${OtherAccount} />
    ${isLost.value && html`<p class="connection" id="connection" role="status">The connection is lost. Trying again …</p>`}
    <main id="main"><${Outlet} /></main>
    <nav class="site-bar" aria-label="Views"><${Navigation} /></nav>
    <${Passing} />
  `;
}

function Navigation() {
  const { route } = place.value;
  return ROUTES.filter(({ icon }) => icon).map(
    ({ path, title, icon }) => html`
      <a key=${path} href=${path} aria-current=${path === (route?.under ?? route?.path) ? "page" : null}>
        <${Icon} name=${icon} />
        <span class="side-label">${title}</span>
      </a>
    `,
  );
}

function AccountMenu() {
  const out = (/** @type {() => Promise<void>} */ end) => leave(end).catch(report);
  return html`
    <button type="button" class="side-account" popovertarget="account-menu" title="Account">
      <${Icon} name="person" />
      <span class="visually-hidden">Account:</span>
      <span class="side-label account" id="account-name">${session.value?.account.name}</span>
    </button>
    <div class="menu account-menu" id="account-menu" popover="auto">
      <p><strong id="user-name">${session.value?.user.name}</strong></p>
      <button type="button" onClick=${() => out(signOut)}>Sign out</button>
      <button type="button" onClick=${() => confirm(EVERYWHERE) && out(signOutEverywhere)}>Sign out everywhere</button>
    </div>
  `;
}

function OtherAccount() {
  if (!otherAccount.value) return null;
  return html`
    <div class="connection" id="other-account" role="alert">
      <p>${otherAccount.value}</p>
      <button type="button" class="button small" onClick=${() => location.reload()}>Load again</button>
    </div>
  `;
}

/** The open view. */
function Outlet() {
  const { route, params, query } = place.value;
  const load = route?.load;
  const Open = useLoaded(load);
  if (!load) {
    return html`<${View} title="There is no such page"><p>Check how the address is spelled, or <a href="/">go to the runs</a>.</p><//>`;
  }
  // Requests are bound to the account, so views wait until it is known.
  if (!Open || !session.value) return html`<p class="view-loading">${loadingText.value}</p>`;
  return html`<${Open} params=${params} query=${query} />`;
}
