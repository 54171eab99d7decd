// @ts-check
/** Signing out leaves nothing behind: neither what was typed, nor files that were not sent, nor pictures of documents. */

import { leave } from "../session.js";
import { forgetThisDevice } from "../notifications/this-device.js";
import { forgetAllFiles } from "../receipts/kept-files.js";
import { dropAllDrafts } from "../state/drafts.js";
import { PICTURES } from "../receipts/thumb.js";
import { report } from "../state/report.js";

/** @param {() => Promise<void>} end ends the session, or all of them */
export async function leaveBy(end) {
  try {
    await leave(async () => {
      await forgetThisDevice();
      await end();
      dropAllDrafts();
      await forgetAllFiles();
      await forgetPictures();
    });
  } catch (error) {
    report(error);
  }
}

/** Small pictures of PDFs, which receipts/pdf/small.js keeps. */
async function forgetPictures() {
  const stores = (await globalThis.caches?.keys().catch(() => [])) ?? [];
  await Promise.all(stores.filter((name) => name.startsWith(PICTURES)).map((name) => caches.delete(name)));
}
