// @ts-check
/** What is entered of a client. */

import { countryOptions } from "../values/countries.js";
import { choice, field } from "../values/schema.js";

/** @import { Client } from "../api/types.js" */

/** @type {Record<string, string>} */
export const SOURCES = { hubspot: "from HubSpot" };

const LANGUAGES = "bg cs da de el en es et fi fr hr hu it lt lv nl pl pt ro sk sl sv".split(" ");

/** @param {string | null} code */
export function languageName(code) {
  return code ? (new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code) : "";
}

/** @param {string | null} code */
export function countryName(code) {
  return code ? (new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code) : "";
}

/** @param {Client | null} [client] that is changed */
export function clientFields(client = null) {
  const text = { isNullable: true, initial: undefined, maxLength: 140 };
  const codes = client?.language && !LANGUAGES.includes(client.language) ? [...LANGUAGES, client.language] : LANGUAGES;
  const languages = codes.map((value) => ({ value, label: languageName(value) }));
  const countries = countryOptions(client?.country ?? "").map(({ value, label }) => ({ value: value || null, label }));
  return [
    field("name", "Name", { isNeeded: true, initial: undefined, maxLength: 200 }),
    field("street", "Street and number", text),
    field("postalCode", "Postal code", text),
    field("city", "City", text),
    choice("country", "Country", countries),
    field("vatId", "VAT id", { ...text, hint: "With the country’s letters, such as ATU12345678." }),
    field("mail", "E-mail for claims", { ...text, maxLength: 254 }),
    choice("language", "Language", [{ value: null, label: "As their browser asks" }, ...languages], { hint: "Of the page where they see a claim." }),
    field("currency", "Currency", { ...text, maxLength: 3, placeholder: "EUR" }),
    field("termsDays", "Payment terms (days)", { type: "whole", isNullable: true, initial: undefined, placeholder: "30" }),
    field("reference", "Their reference", { ...text, hint: "Printed on e-invoices. Public buyers ask for one." }),
  ];
}
