// @ts-check
/** A PDF that is drawn page by page. A worker draws it, and is ended where that takes too long. */

import { t } from "../../words.js";

/** @typedef {{ bytes: ArrayBuffer } | { page: number, width: number, withText: boolean }} Asked */
/** A text of a page and its corners from the top left, x and y in turn: 0 to 1 of the page. @typedef {{ text: string, corners: number[] }} Piece */
/** @typedef {{ picture: Blob, pieces: Piece[] }} Drawn */
/** @typedef {{ pages: number } | Drawn | { problem: "encrypted" | "broken", says: string }} Answered */

/** The address of the worker's script, which local/build_page.mjs knows. @type {string} */
const WORKER = /** @type {any} */ (globalThis).BUILT_PDF_DRAWING;
const PATIENCE_MS = 20_000;
const LARGEST_BYTES = 25 * 1024 * 1024;
/** More are not shown: as many as are read of a receipt. */
export const MOST_PAGES = 20;

/** Why a PDF is not shown; the message is a sentence for people. */
export class PdfProblem extends Error {
  /** @param {string} message @param {{ isOfFile?: boolean }} [options] whether the file is the cause, so that it stays */
  constructor(message, { isOfFile = false } = {}) {
    super(message);
    this.isOfFile = isOfFile;
  }
}

/** Made once: the page's policy allows one of this name, and it knows one address. @type {{ createScriptURL: (address: string) => any } | undefined} */
let trusted;

function workerAddress() {
  const makers = /** @type {any} */ (globalThis).trustedTypes;
  trusted ??= makers ? makers.createPolicy("pdf-worker", { createScriptURL: () => WORKER }) : { createScriptURL: () => WORKER };
  return /** @type {{ createScriptURL: (address: string) => any }} */ (trusted).createScriptURL(WORKER);
}

export class PdfFile {
  /** @type {Promise<unknown>} one thing is asked at a time */
  #last = Promise.resolve();
  #worker = new Worker(workerAddress(), { type: "module" });
  pages = 0;

  /**
   * Have it opened. Ends by itself where that fails.
   *
   * @param {string} address
   * @param {{ signal?: AbortSignal, largest?: number }} [options] the most bytes
   * @returns {Promise<PdfFile>}
   * @throws {PdfProblem} it cannot be had, or not be opened
   */
  static async open(address, { signal, largest = LARGEST_BYTES } = {}) {
    if (typeof OffscreenCanvas === "undefined") throw new PdfProblem(t`This browser cannot show PDFs here.`);
    const bytes = await bytesOf(address, largest, signal);
    const file = new PdfFile();
    try {
      await file.#next(); // it has loaded
      const answer = await file.#ask({ bytes }, [bytes]);
      file.pages = "pages" in answer ? answer.pages : 0;
      signal?.throwIfAborted();
      return file;
    } catch (error) {
      file.end();
      throw error;
    }
  }

  /** Stop whatever it does. */
  end() {
    this.#worker.terminate();
  }

  /**
   * @param {number} page from 1
   * @param {number} width pixels
   * @param {{ withText?: boolean }} [options]
   * @returns {Promise<Drawn>}
   * @throws {PdfProblem} it cannot be drawn; after it took too long, nothing can any more
   */
  draw(page, width, { withText = false } = {}) {
    const drawn = this.#last.then(() => this.#ask({ page, width, withText }));
    this.#last = drawn.catch(() => {});
    return /** @type {Promise<Drawn>} */ (drawn);
  }

  /** @param {Asked} asked @param {Transferable[]} [handed] */
  async #ask(asked, handed = []) {
    this.#worker.postMessage(asked, handed);
    const answer = await this.#next();
    if (!("problem" in answer)) return answer;
    throw new PdfProblem(
      answer.problem === "encrypted"
        ? t`This PDF is locked with a password, so it cannot be shown.`
        : t`This PDF is broken, so it cannot be shown.`,
      { isOfFile: true },
    );
  }

  /** @returns {Promise<Answered>} what the worker says next */
  #next() {
    const { promise, resolve, reject } = /** @type {PromiseWithResolvers<Answered>} */ (Promise.withResolvers());
    const timer = setTimeout(() => {
      this.end();
      reject(new PdfProblem(t`This PDF takes too long to draw, so it is not shown.`, { isOfFile: true }));
    }, PATIENCE_MS);
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = () => {
      this.end();
      reject(new PdfProblem(t`This PDF cannot be shown here.`));
    };
    return promise.finally(() => clearTimeout(timer));
  }
}

/**
 * @param {string} address
 * @param {number} largest
 * @param {AbortSignal} [signal]
 * @returns {Promise<ArrayBuffer>}
 * @throws {PdfProblem}
 */
async function bytesOf(address, largest, signal) {
  let answer;
  try {
    answer = await fetch(address, { signal });
    if (!answer.ok) throw new PdfProblem(t`This PDF cannot be had at the moment.`);
    if (Number(answer.headers.get("content-length")) > largest) {
      await answer.body?.cancel();
      throw new PdfProblem(t`This PDF is too large to be shown.`, { isOfFile: true });
    }
    return await answer.arrayBuffer();
  } catch (error) {
    if (error instanceof TypeError) throw new PdfProblem(t`This PDF cannot be had at the moment.`);
    throw error;
  }
}
