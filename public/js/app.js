// @ts-check
/** The app: it is drawn, and asks who is signed in and what there is. */

import { render } from "preact";

import { getSession } from "./api.js";
import { showSession } from "./session.js";
import { refreshNotices } from "./notifications/menu.js";
import { go, listenToAddress } from "./shell/address.js";
import { loadViews } from "./shell/routes.js";
import { Shell } from "./shell/shell.js";
import { listenToKeys } from "./shortcuts.js";
import { dropDraftsOfOthers } from "./state/drafts.js";
import { listenToFiles } from "./receipts/intake.js";
import { report } from "./state/report.js";
import { goOnWithFiles, loadingText, sync } from "./state/runs.js";
import { session } from "./state/session.js";
import { html, t } from "./words.js";

/** The open view asks for what it shows first: on a slow connection the others would take its place. */
const OTHER_VIEWS_AFTER_MS = 2_000;

async function start() {
  listenToAddress();
  listenToKeys();
  listenToFiles();
  render(html`<${Shell} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
  try {
    await Promise.all([getSession().then(showSession).then(beginWhereTheyWork).then(dropDraftsOfOthers).then(goOnWithFiles), sync.refresh(), refreshNotices()]);
  } catch (error) {
    loadingText.value = t`The receipts could not be loaded. Reload the page to try again.`;
    report(error);
  }
  setTimeout(loadViews, OTHER_VIEWS_AFTER_MS);
}

/** Somebody who only reads the audit begins there. */
function beginWhereTheyWork() {
  const roles = session.value?.user.roles ?? [];
  if (location.pathname === "/" && roles.length > 0 && roles.every((role) => role === "auditor")) go("/audit", { replace: true });
}

start();
