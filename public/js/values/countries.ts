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

/** Those whose VAT return Tillroll has the lines of. */
const WITH_RETURN = ["DE", "GB"];

/** Those whose books are kept with DATEV. */
const WITH_DATEV = ["AT", "DE"];

/** How a VAT id of a country looks. */
const VAT_IDS: Record<string, string> = {
  AT: "ATU12345678",
  DE: "DE123456789",
  FR: "FR12123456789",
  GB: "GB123456789",
  IE: "IE1234567FA",
  NL: "NL123456789B01",
};

/** @param code ISO 3166-1 */
export function countryName(code: string) {
  return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
}

export function hasReturn(country: string) {
  return WITH_RETURN.includes(country);
}

/** @param country null where nobody has said it */
export function mayHaveDatev(country: string | null) {
  return country === null || WITH_DATEV.includes(country);
}

/** @param country empty where nobody has said it */
export function vatIdHint(country: string) {
  const example = VAT_IDS[country || "DE"];
  return example
    ? t`With the country’s letters, such as ${example}.`
    : t`With the country’s letters.`;
}

/** When VAT is due. @param country empty where nobody has said it */
export function dueOptions(country: string) {
  const isGerman = country === "DE";
  return [
    { value: "", label: t`With the invoice` },
    {
      value: "payment",
      label: isGerman
        ? t`With the payment (section 20 UStG, cash accounting)`
        : t`With the payment (cash accounting)`,
    },
  ];
}

export function countryOptions(chosen: string) {
  const codes = new Set([...CODES, ...(chosen ? [chosen] : [])]);
  const named = [...codes].map((value) => ({ value, label: countryName(value) }));
  return [
    { value: "", label: t`Choose a country` },
    ...named.sort((one, other) => one.label.localeCompare(other.label, locale)),
  ];
}
