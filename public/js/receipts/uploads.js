// @ts-check
/** Sends files: a few at a time, in the order they were chosen, again for as long as there is no connection. */

import { signal } from "@preact/signals";

import { ApiError, changeReceipt, ConnectionError } from "../api.js";
import { fileSize } from "../format.js";
import { MB, MEGABYTES } from "../api/limits.js";
import { send } from "../api/send.js";
import { forgetFile, keepFile } from "./kept-files.js";
import { payer } from "./payer.js";
import { knownSession } from "../state/session.js";
import { t } from "../words.js";

/**
 * @typedef {"waiting" | "sending" | "paused" | "refused" | "known" | "accepted"} UploadState paused: waiting for another
 *   try; known: the same bytes are here already
 *
 * @typedef {import("./payer.js").Payer} Payer
 *
 * @typedef {object} Upload
 * @property {string} key unique on this page
 * @property {File} file
 * @property {number} batch the files chosen together; later ones are higher
 * @property {number} rank place among all files of this visit: newer batches are lower, in each as they were chosen
 * @property {UploadState} state
 * @property {number} progress part sent, 0 to 1
 * @property {string} problem why it was refused
 * @property {string} code which kind of problem that is, such as `unsupported-media-type`; empty where the server was not asked
 * @property {boolean} canRetry whether sending it again can help
 * @property {string | null} runId once accepted or known
 * @property {string | null} receiptId once accepted or known
 * @property {Payer | null} paidBy who paid; null where nobody said it
 * @property {boolean} isCutOff whether the last try found no connection
 * @property {Promise<number | null>} kept by which the browser forgets its file
 */

const AT_ONCE = 4;
/** How often a server in trouble is tried. Without a connection there is no end. */
const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 30_000;
const MOST_IN_BATCH = 100_000;
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Dispatches `accepted` with `detail.upload` and `detail.receiptId`, and `refused` with `detail.error` where the server did
 * not take it.
 */
export class Uploads extends EventTarget {
  /** @type {Upload[]} newest batch first, in each the order they were chosen */
  items = [];
  /** Grows with each change: a component that reads it is drawn again. */
  version = signal(0);
  #batches = 0;
  #sending = 0;

  /**
   * @param {File[]} files chosen together
   * @returns {Upload[]} one a file
   */
  add(files) {
    const paidBy = payer.value;
    return this.#take(files.map((file) => ({ file, paidBy, kept: keepFile(file, paidBy) })));
  }

  /**
   * @param {import("./kept-files.js").Left[]} left by a tab that is gone, of which the server may have some
   * @returns {Upload[]} one a file
   */
  goOn(left) {
    return this.#take(left.map(({ key, file, paidBy }) => ({ file, paidBy, kept: Promise.resolve(key), isCutOff: true })));
  }

  /** @param {Upload[]} uploads @param {Payer} paidBy as their person says now */
  setPayer(uploads, paidBy) {
    for (const upload of uploads) upload.paidBy = paidBy;
    this.#changed();
  }

  /** @param {(Pick<Upload, "file" | "kept" | "paidBy"> & { isCutOff?: boolean })[]} files */
  #take(files) {
    this.#batches += 1;
    const batch = this.#batches;
    const added = files.map(({ file, kept, paidBy, isCutOff = false }, index) => {
      /** @type {Upload} */
      const upload = {
        key: `upload-${batch}-${index}`,
        file,
        batch,
        rank: index - batch * MOST_IN_BATCH,
        state: "waiting",
        progress: 0,
        problem: "",
        code: "",
        canRetry: false,
        runId: null,
        receiptId: null,
        paidBy,
        isCutOff,
        kept,
      };
      return upload;
    });
    this.items = [...added, ...this.items];
    this.#changed();
    this.#pump();
    return added;
  }

  /** @param {Upload} upload one that was refused */
  retry(upload) {
    upload.state = "waiting";
    this.#changed();
    this.#pump();
  }

  /** @param {Upload} upload one that is not on its way */
  dismiss(upload) {
    this.items = this.items.filter((item) => item !== upload);
    forget(upload);
    this.#changed();
  }

  /** @returns {boolean} whether leaving the page would lose something */
  get isBusy() {
    return this.items.some(({ state }) => state === "waiting" || state === "sending" || state === "paused");
  }

  #pump() {
    while (this.#sending < AT_ONCE) {
      const next = this.#next();
      if (!next) return;
      this.#sending += 1;
      next.state = "sending";
      this.#deliver(next).finally(() => {
        this.#sending -= 1;
        this.#pump();
      });
    }
  }

  /** @returns {Upload | undefined} of the oldest batch, the first that waits */
  #next() {
    const waiting = this.items.filter(({ state }) => state === "waiting");
    const batch = Math.min(...waiting.map((upload) => upload.batch));
    return waiting.find((upload) => upload.batch === batch);
  }

  /** @param {Upload} upload */
  async #deliver(upload) {
    // Before that, a file could be sent to another account than the one that the page will name.
    await knownSession();
    upload.paidBy ??= payer.value;
    const problem = await problemOf(upload.file);
    if (problem) {
      this.#refuse(upload, { problem, code: "", canRetry: false });
      forget(upload);
      return;
    }
    // Where an answer was lost, the server may have the file by this very upload.
    let mayHaveArrived = upload.isCutOff;
    /** @type {Payer | null} */
    let firstSaid = null;
    for (let attempt = 1, refusals = 0; ; attempt += 1) {
      try {
        this.#set(upload, { state: "sending", progress: 0 });
        const said = upload.paidBy;
        firstSaid ??= said;
        const accepted = await send(upload.file, said, (progress) => this.#set(upload, { progress }));
        const isNew = accepted.isNew || mayHaveArrived;
        const { runId, receiptId } = accepted;
        // It was said anew while the file was on its way.
        if (isNew && upload.paidBy && upload.paidBy !== firstSaid) await changeReceipt(receiptId, { paidBy: upload.paidBy });
        this.#set(upload, { state: isNew ? "accepted" : "known", runId, receiptId, isCutOff: false });
        forget(upload);
        this.dispatchEvent(new CustomEvent("accepted", { detail: { upload, receiptId: accepted.receiptId } }));
        return;
      } catch (error) {
        const isCutOff = error instanceof ConnectionError;
        const isTransient = isCutOff || (error instanceof ApiError && TRANSIENT.has(error.status));
        if (!isCutOff) refusals += 1;
        if (!isTransient || refusals === ATTEMPTS) {
          this.dispatchEvent(new CustomEvent("refused", { detail: { error } }));
          this.#refuse(upload, {
            problem: error instanceof Error ? error.message : String(error),
            code: error instanceof ApiError ? error.code : "",
            canRetry: isTransient,
          });
          if (!isTransient && !isOfSession(error)) forget(upload);
          return;
        }
        mayHaveArrived ||= isCutOff;
        this.#set(upload, { state: "paused", isCutOff });
        await pause(attempt);
      }
    }
  }

  /**
   * @param {Upload} upload
   * @param {Pick<Upload, "problem" | "code" | "canRetry">} why
   */
  #refuse(upload, why) {
    this.#set(upload, { state: "refused", ...why });
  }

  /**
   * @param {Upload} upload
   * @param {Partial<Upload>} changes
   */
  #set(upload, changes) {
    Object.assign(upload, changes);
    this.#changed();
  }

  #changed() {
    this.version.value += 1;
  }
}

/**
 * What can be said without sending it: the server would end the connection on a large file, which looks like a lost one.
 *
 * @param {File} file
 * @returns {Promise<string>} empty when it may be sent
 */
async function problemOf(file) {
  if (file.size > MEGABYTES.receipt * MB) {
    return t`This file has ${fileSize(file.size)}; a receipt may have at most ${MEGABYTES.receipt} MB. Scale it down and add it again.`;
  }
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return t`This file cannot be read any more: it was moved, changed or is a folder. Choose it again.`;
  }
  return "";
}

/** @param {Upload} upload */
async function forget({ kept }) {
  await forgetFile(await kept);
}

/** @param {unknown} error @returns {boolean} whether the file is sent once the right person is signed in */
function isOfSession(error) {
  return error instanceof ApiError && (error.status === 401 || error.code === "other-account");
}

/**
 * Wait 1, 2, 4 … 30 s and a random part, or until the browser says it is online again.
 *
 * @param {number} attempt from 1
 * @returns {Promise<void>}
 */
function pause(attempt) {
  const milliseconds = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (attempt - 1)) * (1 + Math.random() / 4);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
