// @ts-check
/** The menu of the settings: beside the open one at a desk, a list above the first on a phone. */

import { place } from "./router.js";
import { isOffered, ROUTES } from "./routes.js";
import { html, t } from "../words.js";

const FIRST = { path: "/settings", title: t`Company` };

export function SettingsMenu() {
  const here = place.value.route?.path;
  const entries = [FIRST, ...ROUTES.filter((route) => route.menu === "settings" && isOffered(route))];
  return html`
    <nav class="settings-menu" aria-label="Settings" data-first=${here === FIRST.path}>
      <ul>
        ${entries.map(
          ({ path, title }) => html`<li key=${path}><a href=${path} aria-current=${path === here ? "page" : null}>${title}</a></li>`,
        )}
      </ul>
    </nav>
  `;
}
