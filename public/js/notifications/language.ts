/** The language of what is sent to somebody: that of the page, as they last opened or chose it. */

import { put } from "../api/client.ts";
import { chosenLanguage, language } from "../words.ts";

const KEPT = "language-told";

/**
 * Tell the server the page's language, once for each person and language in this browser. English
 * is what everybody gets who told none: it is told where it was chosen.
 */
export function tellLanguage(userId: string) {
  const told = `${userId} ${language}`;
  if (
    localStorage.getItem(KEPT) === told ||
    (language === "en" && !chosenLanguage() && !localStorage.getItem(KEPT))
  )
    return;
  put("/api/notices/language", { language: language === "de" ? "de" : "en" }).then(
    () => localStorage.setItem(KEPT, told),
    () => {}, // the next page tells it
  );
}
