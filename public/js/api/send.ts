/**
 * One file to the server. XMLHttpRequest, since fetch does not tell how much of a body has been
 * sent.
 */

import { accountHeader, ApiError, ConnectionError, inOurWords, parseProblem } from "./client.ts";
import type { Payer } from "./payer.ts";

/** A connection on which nothing moves for so long is lost, whatever the browser makes of it. */
const STALLED_MS = 60_000;

/**
 * @param file a receipt
 * @param paidBy null where nobody said it
 * @param onProgress part sent, 0 to 1
 * @returns `isNew` is false when these bytes were here
 * already
 * @throws {ApiError | ConnectionError}
 */
export async function send(
  file: File,
  paidBy: Payer | null,
  onProgress: (progress: number) => void,
): Promise<{ runId: string; receiptId: string; isNew: boolean }> {
  const { answer, isNew } = await sendTo(
    paidBy ? `/api/receipts?paidBy=${paidBy}` : "/api/receipts",
    file,
    onProgress,
  );
  return { runId: answer.runId, receiptId: answer.receiptId, isNew };
}

/**
 * @param path that takes a file as its body
 * @param onProgress part sent, 0 to 1
 * @returns `isNew` is false when these bytes were here already
 * @throws {ApiError | ConnectionError}
 */
export function sendTo(
  path: string,
  file: File,
  onProgress: (progress: number) => void,
): Promise<{ answer: Record<string, any>; isNew: boolean }> {
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
    for (const [name, value] of Object.entries(accountHeader()))
      request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      moves();
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", async () => {
      const answer = await inOurWords(parseProblem(request.responseText));
      if (request.status < 200 || request.status > 299)
        reject(new ApiError(request.status, answer));
      else resolve({ answer, isNew: request.status === 202 });
    });
    request.addEventListener("error", () => reject(new ConnectionError()));
    request.addEventListener("abort", () => reject(new ConnectionError()));
    request.addEventListener("loadend", () => clearTimeout(stalled));
    moves();
    request.send(file);
  });
}
