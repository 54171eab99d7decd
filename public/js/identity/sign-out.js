// @ts-check
/** Signing out leaves nothing behind: neither what was typed, nor files that were not sent, nor pictures of documents. */

import { leave } from "../session.js";
import { forgetAllFiles } from "../receipts/kept-files.js";
import { dropAllDrafts } from "../state/drafts.js";
import { PICTURES } from "../receipts/thumb.js";
import { report } from "../state/report.js";

/** Where a browser keeps which of the person's devices it is, if it shows them messages. */
export const OWN_DEVICE = "push-device";

/** @param {() => Promise<void>} end ends the session, or all of them */
export async function leaveBy(end) {
  try {
    await leave(async () => {
      // Before, since nobody else is to see what they are told.
      if (localStorage.getItem(OWN_DEVICE)) await (await import("../notifications/devices.js")).forgetThisDevice();
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
