/** What is entered of a client. */

import { countryOptions } from "../values/countries.ts";
import { choice, field } from "../values/schema.ts";
import { locale, t } from "../words.ts";
import type { ClientRecord } from "../api/types.d.ts";

export const SOURCES: Record<string, string> = { hubspot: t`from HubSpot` };

const LANGUAGES = "bg cs da de el en es et fi fr hr hu it lt lv nl pl pt ro sk sl sv".split(" ");

export function languageName(code: string | null) {
  return code ? (new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code) : "";
}

export function countryName(code: string | null) {
  return code ? (new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code) : "";
}

/**
 * @param client that is changed
 * @param home the country of a new client until another is chosen
 */
export function clientFields(client: ClientRecord | null = null, home: string | null = null) {
  const text = { isNullable: true, initial: undefined, maxLength: 140 };
  const codes =
    client?.language && !LANGUAGES.includes(client.language)
      ? [...LANGUAGES, client.language]
      : LANGUAGES;
  const languages = codes
    .map((value) => ({ value, label: languageName(value) }))
    .sort((one, other) => one.label.localeCompare(other.label, locale));
  const countries = countryOptions(client?.country ?? home ?? "").map(({ value, label }) => ({
    value: value || null,
    label,
  }));
  return [
    field("name", t`Name`, { isNeeded: true, initial: undefined, maxLength: 200 }),
    field("street", t`Street and number`, text),
    field("postalCode", t`Postal code`, text),
    field("city", t`City`, text),
    choice("country", t`Country`, countries, { initial: home }),
    field("vatId", t`VAT id`, {
      ...text,
      hint: t`With the country’s letters, such as ATU12345678.`,
    }),
    field("mail", t`E-mail for invoices`, { ...text, maxLength: 254 }),
    choice("language", t`Language`, [{ value: null, label: t`Automatic` }, ...languages], {
      hint: t`Automatic: invoices and e-mails in that of their country, the page as their browser asks.`,
    }),
    field("currency", t`Currency`, { ...text, maxLength: 3, placeholder: "EUR" }),
    field("termsDays", t`Payment terms (days)`, {
      type: "whole",
      isNullable: true,
      initial: undefined,
      placeholder: "30",
    }),
    field("reference", t`Their reference`, {
      ...text,
      hint: t`Printed on e-invoices. Public buyers ask for one.`,
    }),
    field("debtorAccount", t`Debtor account`, {
      type: "whole",
      isNullable: true,
      initial: undefined,
      hint: client
        ? t`In DATEV, from 10000 to 69999.`
        : t`In DATEV, from 10000 to 69999. Left empty, the next one is given.`,
    }),
  ];
}
