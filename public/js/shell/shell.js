// @ts-check
/** The frame around all views: the navigation, and the place where the open view is. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { otherAccount } from "../session.js";
import { loadingText, sync } from "../state/runs.js";
import { may, session } from "../state/session.js";
import { NoSuchPage } from "./no-such-page.js";
import { NotYours } from "./not-yours.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { Intake } from "../receipts/intake-zone.js";
import { Options } from "./options.js";
import { useLoaded } from "./loaded.js";
import { Passing } from "./passing.js";
import { place } from "./router.js";

/** The whole page. */
export function Shell() {
  return html`
    <a class="skip-link" href="#main">Skip to the content</a>
    <${Header} />
    <${OtherAccount} />
    ${sync.isLost.value && html`<p class="connection" id="connection" role="status">The connection is lost. Trying again …</p>`}
    <main id="main"><${Outlet} /></main>
    <${Intake} />
    <${Options} />
    <${Passing} />
    <${Help} />
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
  const View = useLoaded(load);
  useEffect(() => {
    document.body.dataset.page = route?.path === "/runs/:id" ? "run" : "view";
  }, [route]);
  if (!load) return html`<${NoSuchPage} />`;
  // Requests are bound to the account, so views wait until it is known.
  if (!View || !session.value) return html`<p class="view-loading">${loadingText.value}</p>`;
  if (route?.needs && !route.needs.some(may)) return html`<${NotYours} title=${route.title} needs=${route.needs} />`;
  return html`<${View} params=${params} query=${query} />`;
}
