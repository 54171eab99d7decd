// @ts-check
/** The app: its parts, put together. */

import { html, render } from "htm/preact";
import { effect, untracked } from "@preact/signals";

import { offerSettings } from "./account-settings.js";
import { ApiError, getSession } from "./api.js";
import { BatchProgress } from "./batch.js";
import { offerCurrencies } from "./currencies.js";
import { byId, setText } from "./dom.js";
import { offerExports } from "./exports.js";
import { chooseFiles, takeFiles } from "./intake.js";
import { ListView } from "./list-view.js";
import { NoticeList } from "./notice-list.js";
import { notify } from "./notices.js";
import { ReviewQueue } from "./review-queue.js";
import { currentRoute, goToList } from "./router.js";
import { listenToSignOut, showSession } from "./session.js";
import { listenToAddress, place } from "./shell/router.js";
import { Navigation, Outlet } from "./shell/shell.js";
import { listenToKeys, setShortcut } from "./shortcuts.js";
import { report, showIfOver } from "./state/report.js";
import { RunStore } from "./store.js";
import { Sync } from "./sync.js";
import { offerTokens } from "./tokens.js";
import { Uploads } from "./uploads.js";

/** @import { Run } from "./api.js" */
/** @import { RunView, RunViewListeners } from "./run-view.js" */
/** @import { Upload } from "./uploads.js" */

const store = new RunStore();
const sync = new Sync(store, report);
const uploads = new Uploads();
const listView = new ListView(store, uploads, sync, report);
const queue = new ReviewQueue(store);
const noticeList = new NoticeList(store, report);
/** The view of one receipt, once it is loaded. @type {RunView | null} */
let runView = null;

/** @type {RunViewListeners} */
const listeners = {
  onRun: (run) => {
    store.put({ ...run, step: stepUnderWay(run) });
    sync.poke();
    queue.prepareNext();
  },
  onDecided: (id, decision) => {
    queue.afterDecision(id, decision);
    runView?.refresh();
    sync.poke();
  },
  onRefused: (error) => {
    if (!showIfOver(error)) notify(error.message, { kind: "problem" });
    runView?.refresh();
  },
  onOperated: (text) => {
    notify(text, { kind: "success" });
    sync.poke();
  },
  onError: (error) => {
    report(error);
    if (error instanceof ApiError && error.status === 404) goToList("all");
  },
};

/**
 * @param {Run} run
 * @returns {string | null} as a summary has it
 */
function stepUnderWay(run) {
  return run.steps.find(({ outcome }) => outcome === "running" || outcome === "retrying")?.name ?? null;
}

/** The list needs nothing of it, so it is loaded beside or when it is wanted. */
const loadRunView = once(() => import("./run-view.js").then((module) => (runView = new module.RunView(listeners))));

/**
 * @template Result
 * @param {() => Promise<Result>} make
 * @returns {() => Promise<Result>} the same each time, unless it failed
 */
function once(make) {
  /** @type {Promise<Result> | null} */
  let made = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}

/** @type {string | null} */
let opened = null;

function show() {
  const route = currentRoute();
  document.body.dataset.page = route.page;
  byId("view", HTMLElement).hidden = route.page !== "view";
  if (route.page === "view") {
    listView.hide();
    runView?.hide();
    opened = null;
  } else if (route.page === "run") {
    listView.hide();
    queue.open(route.id);
    const { id } = route;
    loadRunView()
      .then((view) => {
        const now = currentRoute();
        if (now.page === "run" && now.id === id) view.show(id, store.get(id));
      })
      .catch(report);
    opened = id;
  } else {
    runView?.hide();
    queue.setList(route.list);
    listView.show(route.list);
    document.title = "Tillroll";
    if (opened) listView.focusRun(opened);
    opened = null;
  }
}

function addFiles(/** @type {File[]} */ files) {
  goToList("all");
  uploads.add(files);
}

function listenToUploads() {
  uploads.addEventListener("refused", (event) => {
    showIfOver(/** @type {CustomEvent<{ error: unknown }>} */ (event).detail.error);
  });
  uploads.addEventListener("accepted", (event) => {
    const { upload, receiptId } = /** @type {CustomEvent<{ upload: Upload, receiptId: string }>} */ (event).detail;
    if (upload.state !== "accepted" || !upload.runId) return;
    const now = new Date().toISOString();
    store.setRank(upload.runId, upload.rank);
    store.put({
      id: upload.runId,
      kind: "receipt",
      status: "processing",
      state: "received",
      message: "",
      reason: null,
      error: null,
      createdAt: now,
      updatedAt: now,
      stateVersion: 0,
      expense: null,
      read: null,
      step: "ocr-extract",
      receipt: {
        id: receiptId,
        fileName: upload.file.name,
        mediaType: upload.file.type,
        imageUrl: `/api/receipts/${encodeURIComponent(receiptId)}/image`,
      },
    });
    sync.poke();
  });
  addEventListener("beforeunload", (event) => {
    if (uploads.isBusy) event.preventDefault();
  });
}

function listenToConnection() {
  sync.addEventListener("connection", (event) => {
    const { isLost } = /** @type {CustomEvent<{ isLost: boolean }>} */ (event).detail;
    byId("connection", HTMLElement).hidden = !isLost;
  });
}

function listenToApp() {
  for (const id of ["choose-button", "choose-button-empty", "choose-button-strip", "choose-button-bar"]) {
    byId(id, HTMLButtonElement).addEventListener("click", chooseFiles);
  }
  for (const id of ["camera-button", "camera-button-empty"]) {
    byId(id, HTMLButtonElement).addEventListener("click", () => byId("camera-input", HTMLInputElement).click());
  }
  setShortcut("a", chooseFiles);
  setShortcut("j", () => queue.next());
  setShortcut("k", () => queue.previous());
  setShortcut("x", () => runView?.form?.askToReject());
  setShortcut("Mod+Enter", () => runView?.form?.decide());
  setShortcut("Escape", () => currentRoute().page === "run" && queue.leave());
  effect(() => {
    place.value;
    untracked(show);
  });
}

async function start() {
  takeFiles(addFiles);
  listenToKeys();
  listenToSignOut(report);
  offerTokens(report);
  offerExports(report);
  listenToUploads();
  listenToConnection();
  listenToAddress();
  listenToApp();
  new BatchProgress(uploads, store);
  offerCurrencies();
  render(html`<${Navigation} />`, byId("navigation", HTMLElement));
  render(html`<${Outlet} />`, byId("view", HTMLElement));
  try {
    const signedIn = getSession().then((session) => {
      showSession(session);
      return offerSettings(session, report);
    });
    await Promise.all([signedIn, sync.refresh(), noticeList.refresh()]);
    await loadRunView();
  } catch (error) {
    setText(byId("rows-loading", HTMLElement), "The receipts could not be loaded. Reload the page to try again.");
    report(error);
  }
}

start();
