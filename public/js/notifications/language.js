// @ts-check
/** The language of what is sent to somebody: that of the page, as they last opened or chose it. */

import { put } from "../api/client.js";
import { chosenLanguage, language } from "../words.js";

const KEPT = "language-told";

/**
 * Tell the server the page's language, once for each person and language in this browser. English is what everybody gets who
 * told none: it is told where it was chosen.
 *
 * @param {string} userId
 */
export function tellLanguage(userId) {
  const told = `${userId} ${language}`;
  if (localStorage.getItem(KEPT) === told || (language === "en" && !chosenLanguage() && !localStorage.getItem(KEPT))) return;
  put("/api/notices/language", { language: language === "de" ? "de" : "en" }).then(
    () => localStorage.setItem(KEPT, told),
    () => {}, // the next page tells it
  );
}
