/** The app: it is drawn, and asks who is signed in and what there is. */

import { render } from "preact";

import { ConnectionError, getSession } from "./api.ts";
import { showSession } from "./session.ts";
import { go, listenToAddress } from "./shell/address.ts";
import { fetchable } from "./parts/lazy.ts";
import { keepLoaded } from "./shell/loaded.ts";
import { FEATURES, loadViews } from "./shell/routes.ts";
import { loadPalette, Shell } from "./shell/shell.tsx";
import { listenToKeys } from "./shortcuts.ts";
import { dropDraftsOfOthers } from "./state/drafts.ts";
import { rememberedSession, rememberSession } from "./state/kept.ts";
import { report } from "./state/report.ts";
import { goOnWithFiles, loadingText, sync } from "./state/runs.ts";
import { session } from "./state/session.ts";
import { t } from "./words.ts";

// What views of all parts share. As a file of its own it would cost each view one more request, and
// a list of names on both sides.
import "./parts/chips.tsx";
import "./parts/copy-field.tsx";
import "./parts/dialog.tsx";
import "./parts/fields.tsx";
import "./parts/form.tsx";
import "./parts/links-dialog.tsx";
import "./parts/list.tsx";
import "./parts/menu.tsx";
import "./parts/new.tsx";
import "./parts/schema-fields.tsx";
import "./parts/use-act.ts";
import "./parts/values.tsx";
import "./state/closed.ts";
import "./state/refusal.ts";
import "./state/request.ts";
import "./values/countries.ts";
import "./values/decimals.ts";
import "./values/sums.ts";

/**
 * The open view asks for what it shows first: on a slow connection the others would take its
 * place.
 */
const OTHER_VIEWS_AFTER_MS = 2_000;

async function start() {
  listenToAddress();
  listenToKeys();
  for (const { onStart } of FEATURES) onStart?.();
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
  for (const { onReady } of FEATURES) onReady?.();
  setTimeout(loadTheRest, OTHER_VIEWS_AFTER_MS);
}

const loadInstalled = () => import("./shell/installed.ts");

async function loadTheRest() {
  await fetchable();
  const userId = session.value?.user.id;
  if (userId) for (const { onQuiet } of FEATURES) onQuiet?.(userId);
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
