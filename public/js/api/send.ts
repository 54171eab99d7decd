/**
 * One file to the server. XMLHttpRequest, since fetch does not tell how much of a body has been
 * sent.
 */

import { accountHeader, inOurWords } from "./client.ts";
import { ApiError, ConnectionError, parseProblem } from "./errors.ts";
import { actOfFile, KEY, keyOfFile, once } from "./keys.ts";
import type { Payer } from "./payer.ts";

/** A connection on which nothing moves for so long is lost, whatever the browser makes of it. */
const STALLED_MS = 60_000;

interface Sent {
  answer: Record<string, any>;
  isNew: boolean;
}

/**
 * Once: who sends many has a queue of them, which sends again.
 *
 * @param file a receipt
 * @param sentAs what the browser keeps with it, by which it is one act, also of the service worker
 * @param paidBy null where nobody said it
 * @param onProgress part sent, 0 to 1
 * @returns `isNew` is false when these bytes were here
 * already
 * @throws {ApiError | ConnectionError}
 */
export async function send(
  file: File,
  sentAs: string,
  paidBy: Payer | null,
  onProgress: (progress: number) => void,
): Promise<{ runId: string; receiptId: string; isNew: boolean }> {
  const path = paidBy ? `/api/receipts?paidBy=${paidBy}` : "/api/receipts";
  const { answer, isNew } = await sendOnce(path, file, keyOfFile(sentAs, paidBy), onProgress);
  return { runId: answer.runId, receiptId: answer.receiptId, isNew };
}

/**
 * Sent again under its key where no answer came.
 *
 * @param path that takes a file as its body
 * @param onProgress part sent, 0 to 1
 * @returns `isNew` is false when these bytes were here already
 * @throws {ApiError | ConnectionError}
 */
export function sendTo(
  path: string,
  file: File,
  onProgress: (progress: number) => void,
): Promise<Sent> {
  return once(actOfFile(path, file), null, (key) => sendOnce(path, file, key, onProgress));
}

function sendOnce(
  path: string,
  file: File,
  idempotencyKey: string,
  onProgress: (progress: number) => void,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const moves = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    request.open("POST", path);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader(KEY, idempotencyKey);
    for (const [name, value] of Object.entries(accountHeader()))
      request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      moves();
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", async () => {
      const { status } = request;
      const read = parseProblem(request.responseText);
      const retryAfter = request.getResponseHeader("Retry-After");
      const answer = await inOurWords(read);
      if (status < 200 || status > 299) reject(new ApiError(status, answer, retryAfter));
      else if (Object.keys(read).length === 0) reject(new ConnectionError());
      else resolve({ answer, isNew: status === 202 });
    });
    request.addEventListener("error", () => reject(new ConnectionError()));
    request.addEventListener("abort", () => reject(new ConnectionError()));
    request.addEventListener("loadend", () => clearTimeout(stalled));
    moves();
    request.send(file);
  });
}
