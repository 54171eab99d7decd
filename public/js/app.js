// @ts-check
/** The app: it is drawn, and asks who is signed in and what there is. */

import { render } from "preact";

import { ConnectionError, getSession } from "./api.js";
import { showSession } from "./session.js";
import { tellLanguage } from "./notifications/language.js";
import { rememberedSession, rememberSession } from "./receipts/kept-files.js";
import { go, listenToAddress } from "./shell/address.js";
import { fetchable } from "./parts/lazy.js";
import { keepLoaded } from "./shell/loaded.js";
import { loadViews } from "./shell/routes.js";
import { loadPalette, Shell } from "./shell/shell.js";
import { listenToKeys } from "./shortcuts.js";
import { dropDraftsOfOthers } from "./state/drafts.js";
import { listenToFiles, offerToAdd } from "./receipts/intake.js";
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
    await Promise.all([whoIsHere().then(beginWhereTheyWork).then(dropDraftsOfOthers).then(goOnWithFiles), sync.refresh()]);
  } catch (error) {
    const isOffline = error instanceof ConnectionError && (await rememberedSession()) !== null;
    if (isOffline) {
      loadingText.value = t`There is no connection. Receipts that you add are kept in this browser and sent later.`;
    } else {
      loadingText.value = t`The receipts could not be loaded. Reload the page to try again.`;
      report(error);
    }
  }
  offerToAdd();
  setTimeout(loadTheRest, OTHER_VIEWS_AFTER_MS);
}

const loadInstalled = () => import("./shell/installed.js");

async function loadTheRest() {
  await fetchable();
  if (session.value) tellLanguage(session.value.user.id);
  const [installed] = await Promise.all([loadInstalled().catch(() => null), loadViews(), keepLoaded(loadPalette).catch(() => {})]); // null: the connection was lost
  await installed?.install();
}

/** Show who is signed in. Without a connection it is whoever was here last, until the server answers again. */
async function whoIsHere() {
  try {
    await askWhoIsHere();
  } catch (error) {
    const last = error instanceof ConnectionError ? await rememberedSession() : null;
    if (!last) throw error;
    showSession(last);
    askOnceConnected();
  }
}

/** What the person may do can be another thing by then, and the session over. */
function askOnceConnected() {
  sync.isLost.value = true;
  const stop = sync.isLost.subscribe((isLost) => {
    if (isLost) return;
    stop();
    askWhoIsHere().catch(report);
  });
}

async function askWhoIsHere() {
  const signedIn = await getSession();
  showSession(signedIn);
  await rememberSession(signedIn);
}

/** Somebody who only reads the audit begins there. */
function beginWhereTheyWork() {
  const roles = session.value?.user.roles ?? [];
  if (["/", "/home"].includes(location.pathname) && roles.length > 0 && roles.every((role) => role === "auditor")) go("/audit", { replace: true });
}

start();
