// @ts-check
/** The operator's page: it is drawn, and asks who is signed in. */

import { render } from "preact";

import { getSession } from "./api.js";
import { showSession } from "./session.js";
import { listenToAddress } from "./shell/address.js";
import { loadingText, Shell } from "./shell/shell.js";
import { report } from "./state/report.js";
import { html, t } from "./words.js";

async function start() {
  listenToAddress();
  render(html`<${Shell} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
  try {
    showSession(await getSession());
  } catch (error) {
    loadingText.value = t`It could not be said who is signed in. Reload the page to try again.`;
    report(error);
  }
}

start();
