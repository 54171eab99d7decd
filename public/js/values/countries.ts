/** Countries, as an address chooses one. */

import { locale, t } from "../words.ts";

/**
 * ISO 3166-1: those of Europe and the largest trading partners. One that is kept and not among
 * them is offered too.
 */
const CODES = `
  AD AE AL AR AT AU BA BE BG BR CA CH CL CN CO CY CZ DE DK EE ES FI FR GB GE GI GR HK HR HU ID
  IE IL IN IS IT JP KR LI LT LU LV MA MC MD ME MK MT MX MY NL NO NZ PH PL PT QA RO RS SA SE SG
  SI SK SM TH TN TR TW UA US VA VN XK ZA
`
  .split(/\s+/)
  .filter(Boolean);

export function countryOptions(chosen: string) {
  const names = new Intl.DisplayNames(locale, { type: "region" });
  const codes = new Set([...CODES, ...(chosen ? [chosen] : [])]);
  const named = [...codes].map((value) => ({ value, label: names.of(value) ?? value }));
  return [
    { value: "", label: t`Choose a country` },
    ...named.sort((one, other) => one.label.localeCompare(other.label, locale)),
  ];
}
