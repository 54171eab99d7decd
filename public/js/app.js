// @ts-check
/** The app: its parts, put together. */

import { offerSettings } from "./account-settings.js";
import { ApiError, ConnectionError, getSession } from "./api.js";
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
import { RunView } from "./run-view.js";
import { goToSignIn, listenToSignOut, showOtherAccount, showSession } from "./session.js";
import { listenToKeys, setShortcut } from "./shortcuts.js";
import { RunStore } from "./store.js";
import { Sync } from "./sync.js";
import { offerTokens } from "./tokens.js";
import { Uploads } from "./uploads.js";

/** @import { Run } from "./api.js" */
/** @import { Upload } from "./uploads.js" */

const store = new RunStore();
const sync = new Sync(store, onError);
const uploads = new Uploads();
const listView = new ListView(store, uploads, sync, onError);
const queue = new ReviewQueue(store);
const noticeList = new NoticeList(store, onError);
const runView = new RunView({
  onRun: (run) => {
    store.put({ ...run, step: stepUnderWay(run) });
    sync.poke();
    queue.prepareNext();
  },
  onDecided: (id, decision) => {
    queue.afterDecision(id, decision);
    runView.refresh();
    sync.poke();
  },
  onRefused: (error) => {
    if (!showIfOver(error)) notify(error.message, { kind: "problem" });
    runView.refresh();
  },
  onOperated: (text) => {
    notify(text, { kind: "success" });
    sync.poke();
  },
  onError: (error) => {
    onError(error);
    if (error instanceof ApiError && error.status === 404) goToList("all");
  },
});

/** @param {unknown} error */
function onError(error) {
  if (showIfOver(error)) return;
  if (error instanceof ApiError || error instanceof ConnectionError) notify(error.message, { kind: "problem" });
  else throw error;
}

/**
 * Show it where the page can do nothing any more: nobody is signed in, or somebody to another account.
 *
 * @param {unknown} error
 * @returns {boolean} whether it was so
 */
function showIfOver(error) {
  if (!(error instanceof ApiError)) return false;
  const isElsewhere = error.code === "other-account";
  if (error.status === 401) goToSignIn();
  else if (isElsewhere) showOtherAccount(error);
  return error.status === 401 || isElsewhere;
}

/**
 * @param {Run} run
 * @returns {string | null} as a summary has it
 */
function stepUnderWay(run) {
  return run.steps.find(({ outcome }) => outcome === "running" || outcome === "retrying")?.name ?? null;
}

/** @type {string | null} */
let opened = null;

function show() {
  const route = currentRoute();
  if (route.page === "run") {
    listView.hide();
    queue.open(route.id);
    runView.show(route.id, store.get(route.id));
    opened = route.id;
  } else {
    runView.hide();
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
  setShortcut("x", () => runView.form?.askToReject());
  setShortcut("Mod+Enter", () => runView.form?.decide());
  setShortcut("Escape", () => currentRoute().page === "run" && queue.leave());
  addEventListener("hashchange", show);
}

async function start() {
  takeFiles(addFiles);
  listenToKeys();
  listenToSignOut(onError);
  offerTokens(onError);
  offerExports(onError);
  listenToUploads();
  listenToConnection();
  listenToApp();
  new BatchProgress(uploads, store);
  offerCurrencies();
  show();
  try {
    const signedIn = getSession().then((session) => {
      showSession(session);
      return offerSettings(session, onError);
    });
    await Promise.all([signedIn, sync.refresh(), noticeList.refresh()]);
  } catch (error) {
    setText(byId("rows-loading", HTMLElement), "The receipts could not be loaded. Reload the page to try again.");
    onError(error);
  }
}

start();
