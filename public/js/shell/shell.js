// @ts-check
/** The frame around all views: the navigation, and the place where the open view is. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";

import { Icon } from "../parts/icon.js";
import { session } from "../state/session.js";
import { report } from "../state/report.js";
import { NoSuchPage } from "../views/no-such-page.js";
import { place } from "./router.js";
import { ROUTES } from "./routes.js";

/** @import { ComponentType } from "preact" */
/** @import { Route, ViewProps } from "./routes.js" */

/** Views that were loaded. @type {import("@preact/signals").Signal<Map<Route, ComponentType<ViewProps>>>} */
const loaded = signal(new Map());

/** The links to the views, which are always there: beside the brand, or at the bottom of a narrow screen. */
export function Navigation() {
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

/** The open view; nothing where index.html has it. */
export function Outlet() {
  const { route, params, query } = place.value;
  const load = route?.load;
  const View = route && loaded.value.get(route);
  useEffect(() => {
    if (!route || !load || View) return;
    load().then(({ default: view }) => {
      loaded.value = new Map(loaded.value).set(route, view);
    }, report);
  }, [route]);
  if (!route) return html`<${NoSuchPage} />`;
  if (!load) return null;
  // Requests are bound to the account, so views wait until it is known.
  if (!View || !session.value) return html`<p class="view-loading">Loading …</p>`;
  return html`<${View} key=${route.path} params=${params} query=${query} />`;
}
