// @ts-check
/** Signing out leaves nothing behind: neither what was typed, nor files that were not sent. */

import { leave } from "../session.js";
import { forgetAllFiles } from "../receipts/kept-files.js";
import { dropAllDrafts } from "../state/drafts.js";
import { report } from "../state/report.js";

/** @param {() => Promise<void>} end ends the session, or all of them */
export async function leaveBy(end) {
  try {
    await leave(async () => {
      await end();
      dropAllDrafts();
      await forgetAllFiles();
    });
  } catch (error) {
    report(error);
  }
}
