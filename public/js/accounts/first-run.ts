/** What the first run proposes, and says of what it has set. Pure but for the browser's language. */

import { t } from "../words.ts";
import type { FirstRun } from "../api/types.d.ts";

/** Countries of time zones, where the browser's language names none. */
const OF_ZONES: Record<string, string> = {
  "Europe/Berlin": "DE",
  "Europe/Vienna": "AT",
  "Europe/Zurich": "CH",
  "Europe/London": "GB",
  "Europe/Paris": "FR",
  "Europe/Madrid": "ES",
  "Europe/Rome": "IT",
  "Europe/Amsterdam": "NL",
  "Europe/Brussels": "BE",
  "Europe/Dublin": "IE",
};

/** @returns where the browser seems to be; empty where nothing says */
export function countryHere(
  languages: readonly string[] = navigator.languages,
  zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  const byZone = OF_ZONES[zone];
  if (byZone) return byZone;
  // "en-US" is what browsers come with: it says little of a company.
  const regions = languages
    .filter((language) => language !== "en-US")
    .map((language) => new Intl.Locale(language).region ?? "");
  return regions.find(Boolean) ?? "";
}

const NAMES = { en: t`Categories have English names.`, de: t`Categories have German names.` };
const CHARTS = { skr03: t`SKR 03`, skr04: t`SKR 04` };

/** What was set, in one sentence or some. */
export function settled({ baseCurrency, language, chart, bankAccountId }: FirstRun): string {
  const parts = [
    baseCurrency
      ? t`Your books are in ${baseCurrency}.`
      : t`Choose the currency of your books in Settings.`,
    NAMES[language],
    chart && t`Their accounts are those of ${CHARTS[chart]}.`,
    bankAccountId && t`Your bank account is there.`,
  ];
  return parts.filter(Boolean).join(" ");
}
