/**
 * Sends files: a few at a time, in the order they were chosen, again for as long as there is no
 * connection.
 */

import { signal } from "@preact/signals";

import { ApiError, changeReceipt, ConnectionError } from "../api.ts";
import { fileSize } from "../format.ts";
import { MB, MEGABYTES } from "../api/limits.ts";
import { isInFlight } from "../api/keys.ts";
import { send } from "../api/send.ts";
import { forgetFile, keepFile } from "./kept-files.ts";
import { payer } from "./payer.tsx";
import { knownSession } from "../state/session.ts";
import { t } from "../words.ts";
import type { Left } from "./kept-files.ts";
import type { Payer } from "../api/payer.ts";

/**
 * paused: waiting for another
 *   try; known: the same bytes are here already
 */
type UploadState = "waiting" | "sending" | "paused" | "refused" | "known" | "accepted";

export interface Upload {
  /** unique on this page */
  key: string;
  file: File;
  /** the files chosen together; later ones are higher */
  batch: number;
  /** place among all files of this visit: newer batches are lower, in each as they were chosen */
  rank: number;
  state: UploadState;
  /** part sent, 0 to 1 */
  progress: number;
  /** why it was refused */
  problem: string;
  /**
   * which kind of problem that is, such as `unsupported-media-type`; empty where the server was
   * not asked
   */
  code: string;
  /** whether sending it again can help */
  canRetry: boolean;
  /** once accepted or known */
  runId: string | null;
  /** once accepted or known */
  receiptId: string | null;
  /** who paid; null where nobody said it */
  paidBy: Payer | null;
  /**
   * whether it answers what its person was asked for: the company's account paid it, and that is
   * not what they are asked with the next time
   */
  isAnswer: boolean;
  /** what is kept with the file, by which its sending is one act */
  sentAs: string;
  /** whether the last try found no connection */
  isCutOff: boolean;
  /** by which the browser forgets its file */
  kept: Promise<number | null>;
}

type Chosen = Pick<Upload, "file" | "kept" | "paidBy" | "isAnswer" | "sentAs"> & {
  isCutOff?: boolean;
};

const AT_ONCE = 4;
/** How often a server in trouble is tried. Without a connection there is no end. */
const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 30_000;
const MOST_IN_BATCH = 100_000;
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Dispatches `accepted` with `detail.upload` and `detail.receiptId`, and `refused` with
 * `detail.error` where the server did not take it.
 */
export class Uploads extends EventTarget {
  /** newest batch first, in each the order they were chosen */
  items: Upload[] = [];
  /** Grows with each change: a component that reads it is drawn again. */
  version = signal(0);
  #batches = 0;
  #sending = 0;

  /**
   * @param files chosen together
   * @param isAnswer they are receipts of what the company's account paid
   * @returns one a file
   */
  add(files: File[], isAnswer = false): Upload[] {
    const paidBy = isAnswer ? "company" : payer.value;
    return this.#take(
      files.map((file) => {
        const sentAs = crypto.randomUUID();
        const kept = keepFile(file, paidBy, isAnswer, sentAs);
        return { file, paidBy, isAnswer, sentAs, kept };
      }),
    );
  }

  /**
   * @param left by a tab that is gone, of which the server may have some
   * @returns one a file
   */
  goOn(left: Left[]): Upload[] {
    return this.#take(
      left.map(({ key, file, paidBy, isAnswer, sentAs }) => ({
        file,
        paidBy,
        isAnswer,
        sentAs,
        kept: Promise.resolve(key),
        isCutOff: true,
      })),
    );
  }

  /** @param paidBy as their person says now */
  setPayer(uploads: Upload[], paidBy: Payer) {
    for (const upload of uploads) {
      upload.paidBy = paidBy;
      upload.isAnswer = false;
    }
    this.#changed();
  }

  #take(files: Chosen[]) {
    this.#batches += 1;
    const batch = this.#batches;
    const added = files.map(({ isCutOff = false, ...chosen }, index) => {
      const upload: Upload = {
        ...chosen,
        key: `upload-${batch}-${index}`,
        batch,
        rank: index - batch * MOST_IN_BATCH,
        state: "waiting",
        progress: 0,
        problem: "",
        code: "",
        canRetry: false,
        runId: null,
        receiptId: null,
        isCutOff,
      };
      return upload;
    });
    this.items = [...added, ...this.items];
    this.#changed();
    this.#pump();
    return added;
  }

  /** @param upload one that was refused */
  retry(upload: Upload) {
    upload.state = "waiting";
    this.#changed();
    this.#pump();
  }

  /** @param upload one that is not on its way */
  dismiss(upload: Upload) {
    this.items = this.items.filter((item) => item !== upload);
    forget(upload);
    this.#changed();
  }

  /** @returns whether leaving the page would lose something */
  get isBusy(): boolean {
    return this.items.some(
      ({ state }) => state === "waiting" || state === "sending" || state === "paused",
    );
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

  /** @returns of the oldest batch, the first that waits */
  #next(): Upload | undefined {
    const waiting = this.items.filter(({ state }) => state === "waiting");
    const batch = Math.min(...waiting.map((upload) => upload.batch));
    return waiting.find((upload) => upload.batch === batch);
  }

  async #deliver(upload: Upload) {
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
    let firstSaid: Payer | null = null;
    for (let attempt = 1, refusals = 0; ; attempt += 1) {
      try {
        this.#set(upload, { state: "sending", progress: 0 });
        const said = upload.paidBy;
        firstSaid ??= said;
        // Where nobody says it, the company paid, and the server remembers nothing for the next one.
        const sentPayer = upload.isAnswer ? null : said;
        const accepted = await send(upload.file, upload.sentAs, sentPayer, (progress) =>
          this.#set(upload, { progress }),
        );
        const isNew = accepted.isNew || mayHaveArrived;
        const { runId, receiptId } = accepted;
        // It was said anew while the file was on its way.
        if (isNew && upload.paidBy && upload.paidBy !== firstSaid)
          await changeReceipt(receiptId, { paidBy: upload.paidBy });
        this.#set(upload, {
          state: isNew ? "accepted" : "known",
          runId,
          receiptId,
          isCutOff: false,
        });
        forget(upload);
        this.dispatchEvent(
          new CustomEvent("accepted", { detail: { upload, receiptId: accepted.receiptId } }),
        );
        return;
      } catch (error) {
        // An attempt whose answer was lost may still be under way.
        const isCutOff = error instanceof ConnectionError || isInFlight(error);
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

  #refuse(upload: Upload, why: Pick<Upload, "problem" | "code" | "canRetry">) {
    this.#set(upload, { state: "refused", ...why });
  }

  #set(upload: Upload, changes: Partial<Upload>) {
    Object.assign(upload, changes);
    this.#changed();
  }

  #changed() {
    this.version.value += 1;
  }
}

/**
 * What can be said without sending it: the server would end the connection on a large file, which
 * looks like a lost one.
 *
 * @returns empty when it may be sent
 */
async function problemOf(file: File): Promise<string> {
  if (file.size > MEGABYTES.receipt * MB) {
    return t`This file has ${fileSize(file.size)}; a receipt may have at most ${MEGABYTES.receipt}
      MB. Scale it down and add it again.`;
  }
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return t`This file cannot be read any more: it was moved, changed or is a folder. Choose it again.`;
  }
  return "";
}

async function forget({ kept }: Upload) {
  await forgetFile(await kept);
}

/** @returns whether the file is sent once the right person is signed in */
function isOfSession(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.code === "other-account");
}

/**
 * Wait 1, 2, 4 … 30 s and a random part, or until the browser says it is online again.
 *
 * @param attempt from 1
 */
function pause(attempt: number): Promise<void> {
  const milliseconds =
    Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (attempt - 1)) * (1 + Math.random() / 4);
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
