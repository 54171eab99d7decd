/**
 * Signing out leaves nothing behind: neither what was typed, nor files that were not sent, nor
 * pictures of documents, nor what was opened last.
 */

import { leave } from "../session.ts";
import { forgetAllFiles } from "../receipts/kept-files.ts";
import { dropAllDrafts } from "../state/drafts.ts";
import { forgetSession } from "../state/kept.ts";
import { forgetRecent } from "../state/recent.ts";
import { PICTURES } from "../receipts/thumb.tsx";
import { report } from "../state/report.ts";

/** Where a browser keeps which of the person's devices it is, if it shows them messages. */
export const OWN_DEVICE = "push-device";

/** @param end ends the session, or all of them */
export async function leaveBy(end: () => Promise<void>) {
  try {
    await leave(async () => {
      // Before, since nobody else is to see what they are told.
      if (localStorage.getItem(OWN_DEVICE))
        await (await import("../notifications/devices.tsx")).forgetThisDevice();
      await end();
      dropAllDrafts();
      forgetRecent();
      await forgetAllFiles();
      await forgetSession();
      await forgetPictures();
    });
  } catch (error) {
    report(error);
  }
}

/** Small pictures of PDFs, which receipts/pdf/small.ts keeps. */
async function forgetPictures() {
  const stores = (await globalThis.caches?.keys().catch(() => [])) ?? [];
  await Promise.all(
    stores.filter((name) => name.startsWith(PICTURES)).map((name) => caches.delete(name)),
  );
}
