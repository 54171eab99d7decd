// @ts-check
/** The frame around all views: the navigation, the keys that act anywhere, and the place where the open view is. */

import { useEffect } from "preact/hooks";

import { chooseFiles } from "../receipts/intake.js";
import { refreshToApprove } from "../expenses/approval/to-approve.js";
import { lookForWaiting } from "../home/waiting.js";
import { otherAccount } from "../session.js";
import { ANYWHERE, declareKeys, GO_TO, isHelpShown, isPaletteShown, showHelp, showPalette } from "../shortcuts.js";
import { loadingText, sync } from "../state/runs.js";
import { may, session } from "../state/session.js";
import { openNewVersion } from "../state/version.js";
import { NoSuchPage } from "./no-such-page.js";
import { NotYours } from "./not-yours.js";
import { go } from "./address.js";
import { Intake } from "../receipts/intake-zone.js";
import { Options } from "./options.js";
import { useLoaded } from "./loaded.js";
import { Passing } from "./passing.js";
import { place } from "./router.js";
import { isOffered, ROUTES } from "./routes.js";
import { SettingsMenu } from "./settings-menu.js";
import { Bar, Side } from "./side.js";
import { html, t } from "../words.js";

const useKeys = declareKeys(ANYWHERE, {
  palette: ["Mod+k", t`Go to a view, or do something`],
  search: ["/", t`Search`],
  add: ["a", t`Add receipts`],
  help: ["?", t`This help`],
});
/** @type {Record<string, [string, string]>} */
const WAYS = Object.fromEntries(ROUTES.flatMap(({ path, title, key }) => (key ? [[path, [`g ${key}`, title]]] : [])));
const useWays = declareKeys(GO_TO, WAYS);

const loadHelp = () => import("./help.js");
export const loadPalette = () => import("./palette.js");

/** Before the page knows who is signed in, no key is lost: what it leads to says then whether they may. @param {boolean} may */
const isAllowed = (may) => !session.value || may;

/** The whole page. */
export function Shell() {
  const Palette = useLoaded(isPaletteShown.value ? loadPalette : undefined);
  const Help = useLoaded(isHelpShown.value ? loadHelp : undefined);
  useKeys({
    palette: showPalette,
    search: () => /** @type {HTMLElement | null} */ (document.querySelector("main input[type=search]"))?.focus(),
    add: () => isAllowed(may("submit")) && chooseFiles(),
    help: showHelp,
  });
  useWays(Object.fromEntries(ROUTES.filter(({ path }) => path in WAYS).map((route) => [route.path, () => isAllowed(isOffered(route)) && go(route.path)])));
  return html`
    <a class="skip-link" href="#main">Skip to the content</a>
    <${Side} />
    <${OtherAccount} />
    ${sync.isLost.value && html`<p class="connection" id="connection" role="status">The connection is lost. Trying again …</p>`}
    <${NewVersion} />
    <main id="main"><${Outlet} /></main>
    <${Intake} />
    <${Options} />
    <${Passing} />
    <${Bar} />
    ${Palette && html`<${Palette} />`}
    ${Help && html`<${Help} />`}
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

function NewVersion() {
  const open = openNewVersion.value;
  if (!open) return null;
  return html`
    <div class="connection" id="new-version" role="status">
      <p>A new version is ready.</p>
      <button type="button" class="button small" onClick=${open}>Reload</button>
    </div>
  `;
}

const WAITING_AFTER_MS = 2_000;

/** The open view. */
function Outlet() {
  const { route, params, query } = place.value;
  const View = useLoaded(route?.load);
  useEffect(() => {
    // What was decided on the page before may count here.
    refreshToApprove();
    document.body.dataset.page = route?.path === "/runs/:id" ? "run" : "view";
    // The view's own requests come first.
    const timer = setTimeout(() => void lookForWaiting(), WAITING_AFTER_MS);
    return () => clearTimeout(timer);
  }, [route, session.value]);
  if (!route) return html`<${NoSuchPage} />`;
  // Requests are bound to the account, so views wait until it is known.
  if (!View || !session.value) return html`<p class="view-loading">${loadingText.value}</p>`;
  const isOpen = !route.needs || route.needs.some(may);
  const view = isOpen ? html`<${View} ...${{ params, query }} />` : html`<${NotYours} title=${route.title} needs=${route.needs} />`;
  return route.path.startsWith("/settings") ? html`<div class="settings"><${SettingsMenu} />${view}</div>` : view;
}
