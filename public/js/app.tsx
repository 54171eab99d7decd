/** The app: it is drawn, and asks who is signed in and what there is. */

import { render } from "preact";

import { ConnectionError, getSession } from "./api.ts";
import { showSession } from "./session.ts";
import { tellLanguage } from "./notifications/language.ts";
import { rememberedSession, rememberSession } from "./receipts/kept-files.ts";
import { go, listenToAddress } from "./shell/address.ts";
import { fetchable } from "./parts/lazy.ts";
import { keepLoaded } from "./shell/loaded.ts";
import { loadViews } from "./shell/routes.ts";
import { loadPalette, Shell } from "./shell/shell.tsx";
import { listenToKeys } from "./shortcuts.ts";
import { dropDraftsOfOthers } from "./state/drafts.ts";
import { listenToFiles, offerToAdd } from "./receipts/intake.ts";
import { report } from "./state/report.ts";
import { goOnWithFiles, loadingText, sync } from "./state/runs.ts";
import { session } from "./state/session.ts";
import { t } from "./words.ts";

/**
 * The open view asks for what it shows first: on a slow connection the others would take its
 * place.
 */
const OTHER_VIEWS_AFTER_MS = 2_000;

async function start() {
  listenToAddress();
  listenToKeys();
  listenToFiles();
  render(<Shell />, document.getElementById("app") as HTMLElement);
  try {
    await Promise.all([
      whoIsHere().then(beginWhereTheyWork).then(dropDraftsOfOthers).then(goOnWithFiles),
      sync.refresh(),
    ]);
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

const loadInstalled = () => import("./shell/installed.ts");

async function loadTheRest() {
  await fetchable();
  if (session.value) tellLanguage(session.value.user.id);
  const [installed] = await Promise.all([
    loadInstalled().catch(() => null),
    loadViews(),
    keepLoaded(loadPalette).catch(() => {}),
  ]); // null: the connection was lost
  await installed?.install();
}

/**
 * Show who is signed in. Without a connection it is whoever was here last, until the server
 * answers again.
 */
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
  if (
    ["/", "/home"].includes(location.pathname) &&
    roles.length > 0 &&
    roles.every((role) => role === "auditor")
  )
    go("/audit", { replace: true });
}

start();
