/** A PDF that is drawn page by page. A worker draws it, and is ended where that takes too long. */

import { TimeLimit } from "../../api/time-limit.ts";
import { t } from "../../words.ts";

export type Asked = { bytes: ArrayBuffer } | { page: number; width: number; withText: boolean };
/** A text of a page and its corners from the top left, x and y in turn: 0 to 1 of the page. */
export type Piece = { text: string; corners: number[] };
export type Drawn = { picture: Blob; pieces: Piece[] };
export type Answered =
  | { pages: number }
  | Drawn
  | { problem: "encrypted" | "broken"; says: string };

/** The address of the worker's script, which local/build_page.mjs knows. */
const WORKER: string = (globalThis as any).BUILT_PDF_DRAWING;
const PATIENCE_MS = 20_000;
const LARGEST_BYTES = 25 * 1024 * 1024;
/** More are not shown: as many as are read of a receipt. */
export const MOST_PAGES = 20;

/** Why a PDF is not shown; the message is a sentence for people. */
export class PdfProblem extends Error {
  isOfFile: boolean;

  /** @param options whether the file is the cause, so that it stays */
  constructor(message: string, { isOfFile = false }: { isOfFile?: boolean } = {}) {
    super(message);
    this.isOfFile = isOfFile;
  }
}

/** Made once: the page's policy allows one of this name, and it knows one address. */
let trusted: { createScriptURL: (address: string) => any } | undefined;

function workerAddress() {
  const makers = (globalThis as any).trustedTypes;
  trusted ??= makers
    ? makers.createPolicy("pdf-worker", { createScriptURL: () => WORKER })
    : { createScriptURL: () => WORKER };
  return (trusted as { createScriptURL: (address: string) => any }).createScriptURL(WORKER);
}

export class PdfFile {
  /** one thing is asked at a time */
  #last: Promise<unknown> = Promise.resolve();
  #worker = new Worker(workerAddress(), { type: "module" });
  pages = 0;

  /**
   * Have it opened. Ends by itself where that fails.
   *
   * @param options the most bytes
   * @throws {PdfProblem} it cannot be had, or not be opened
   */
  static async open(
    address: string,
    { signal, largest = LARGEST_BYTES }: { signal?: AbortSignal; largest?: number } = {},
  ): Promise<PdfFile> {
    if (typeof OffscreenCanvas === "undefined")
      throw new PdfProblem(t`This browser cannot show PDFs here.`);
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
   * @param page from 1
   * @param width pixels
   * @throws {PdfProblem} it cannot be drawn; after it took too long, nothing can any more
   */
  draw(
    page: number,
    width: number,
    { withText = false }: { withText?: boolean } = {},
  ): Promise<Drawn> {
    const drawn = this.#last.then(() => this.#ask({ page, width, withText }));
    this.#last = drawn.catch(() => {});
    return drawn as Promise<Drawn>;
  }

  async #ask(asked: Asked, handed: Transferable[] = []) {
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

  /** @returns what the worker says next */
  #next(): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers() as PromiseWithResolvers<Answered>;
    const timer = setTimeout(() => {
      this.end();
      reject(
        new PdfProblem(t`This PDF takes too long to draw, so it is not shown.`, { isOfFile: true }),
      );
    }, PATIENCE_MS);
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = () => {
      this.end();
      reject(new PdfProblem(t`This PDF cannot be shown here.`));
    };
    return promise.finally(() => clearTimeout(timer));
  }
}

/** @throws {PdfProblem} */
async function bytesOf(
  address: string,
  largest: number,
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  const limit = new TimeLimit(signal ?? null, 0, null);
  try {
    const answer = await fetch(address, { signal: limit.signal });
    limit.begun();
    if (!answer.ok) throw new PdfProblem(t`This PDF cannot be had at the moment.`);
    if (Number(answer.headers.get("content-length")) > largest) {
      await answer.body?.cancel();
      throw new PdfProblem(t`This PDF is too large to be shown.`, { isOfFile: true });
    }
    return await answer.arrayBuffer();
  } catch (error) {
    const isLost = error instanceof TypeError || error instanceof DOMException;
    if (isLost && !signal?.aborted) throw new PdfProblem(t`This PDF cannot be had at the moment.`);
    throw error;
  } finally {
    limit.end();
  }
}
