// What people type into fields of amounts and days, read as the API has it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromMinor, readAmount, readNumber, writtenAmount } from "../../public/js/values/amount.ts";
import { dayOf, readDay, writtenDay } from "../../public/js/values/day.ts";
import { readBound, writtenBound } from "../../public/js/values/bounds.ts";
import { SchemaFields } from "../../public/js/parts/schema-fields.tsx";
import { choice, field, fieldText, readFields } from "../../public/js/values/schema.ts";

const AMOUNTS = [
  ["76,30", "", "76.30"],
  ["1,234.50", "", "1234.50"],
  ["1.234,50", "", "1234.50"],
  ["1 234,50", "", "1234.50"],
  ["1'234.50", "CHF", "1234.50"],
  ["1,23,456.78", "INR", "123456.78"],
  ["RM 12.90", "MYR", "12.90"],
  ["€5,00", "EUR", "5.00"],
  ["12.90 EUR", "EUR", "12.90"],
  ["S$4.20", "SGD", "4.20"],
  ["1.234", "EUR", "1234"],
  ["1.234", "KWD", "1.234"],
  ["0,5", "", "0.5"],
  ["-5", "", "-5"],
  ["\u221212,3", "", "-12.3"],
  ["5-", "", "-5"],
  ["(5.00)", "", "-5.00"],
  ["5,-", "EUR", "5"],
  ["0", "", "0"],
  ["-0.00", "", "0.00"],
  ["  ", "", ""],
  ["abc", "", null],
  ["1.2.3", "", null],
  ["12,34,5", "", null],
];
// Where three decimals are possible, the locale says what separates them.
const NUMBERS = [
  ["1.234", "de", "1234"],
  ["1,234", "de", "1.234"],
  ["1.234", "en-US", "1.234"],
  ["1,234", "en-US", "1234"],
  ["1.5", "de", "1.5"],
  ["0.125", "de", "0.125"],
  ["1.234,5", "en-US", "1234.5"],
];
// As the API has it, and as people of a place write it in numbers; it is read there as it stands.
const WRITTEN = [
  ["76.30", "de-DE", "76,30"],
  ["-1234.567", "de-DE", "-1234,567"],
  ["1234.50", "en-US", "1234.50"],
  ["1.234", "de-CH", "1.234"],
  ["2018-05-07", "de-DE", "07.05.2018"],
  ["2018-05-07", "en-US", "05/07/2018"],
  ["2018-05-07", "en-GB", "07/05/2018"],
  ["2018-05-07", "hu-HU", "2018. 05. 07."],
  ["2018-05-07", "fa-IR", "2018/05/07"],
  ["no day", "de-DE", "no day"],
];
const DAYS = [
  ["2018-05-07", "de", "2018-05-07"],
  ["07.05.2018", "en-US", "2018-05-07"],
  ["7.5.18", "de", "2018-05-07"],
  ["7/5/2018", "en-GB", "2018-05-07"],
  ["7/5/2018", "en-US", "2018-07-05"],
  ["31/12/2025", "en-US", "2025-12-31"],
  ["12/31/2025", "de", "2025-12-31"],
  ["7 May 2018", "de", "2018-05-07"],
  ["7. Mai 2018", "de", "2018-05-07"],
  ["May 7, 2018", "en-US", "2018-05-07"],
  ["7 mai 2018", "fr", "2018-05-07"],
  ["", "de", ""],
  ["31.02.2020", "de", null],
  ["soon", "en", null],
];

function isReadAs(answer, expected) {
  assert.equal(answer.value, expected);
  if (expected === null) assert.match(answer.problem, /Write it/);
}

for (const [text, currency, expected] of AMOUNTS) {
  test(`the amount ${JSON.stringify(text)} ${currency}`, () => isReadAs(readAmount(text, currency), expected));
}

for (const [text, locale, expected] of DAYS) {
  test(`the day ${JSON.stringify(text)} in ${locale}`, () => isReadAs(readDay(text, locale), expected));
}

for (const [text, locale, expected] of NUMBERS) {
  test(`the locale ${locale} separates thousands from decimals in ${text}`, () => {
    assert.equal(readNumber(text, locale).value, expected);
    assert.equal(readAmount(text, "KWD", locale).value, expected);
  });
}

for (const [value, locale, expected] of WRITTEN) {
  test(`${value} is written as ${locale} has it, and read again`, () => {
    const isDay = /\d{4}-|day/.test(value);
    assert.equal((isDay ? writtenDay : writtenAmount)(value, locale), expected);
    const again = isDay ? readDay(expected, locale) : readAmount(expected, "KWD", locale);
    assert.equal(again.value, value === "no day" ? null : value);
  });
}

test("months and years are the days that they span", () => {
  const spans = ["2026", "2024-02", "2026-12", "2026-03-05"].map((text) => [dayOf(text, "first"), dayOf(text, "last")]);
  assert.deepEqual(spans, [
    ["2026-01-01", "2026-12-31"],
    ["2024-02-01", "2024-02-29"],
    ["2026-12-01", "2026-12-31"],
    ["2026-03-05", "2026-03-05"],
  ]);
});

test("each declared field keeps its own input while others come and go", () => {
  const fields = [choice("country", "Country", [{ value: "DE", label: "Germany" }]), field("city", "City")];
  const shown = SchemaFields({ fields, texts: {}, problems: {}, onTexts() {} });
  assert.deepEqual(shown.map(({ key }) => key), ["country", "city"]);
});

test("the modules of values know no page", () => {
  const folder = new URL("../../public/js/values/", import.meta.url);
  const modules = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  assert.ok(modules.length > 0);
  const knowing = modules.filter((name) => readFileSync(new URL(name, folder), "utf-8").includes("document."));
  assert.deepEqual(knowing, []);
});

test("a choice whose first option stands for nothing shows that option, and is read as nothing", () => {
  const country = choice("country", "Country", [{ value: null, label: "Choose a country" }, { value: "DE", label: "Germany" }]);
  const shown = fieldText(country, country.initial);
  assert.ok(country.options.some(({ value }) => value === shown));
  assert.deepEqual(readFields([country], { country: shown }).params, { country: null });
  assert.deepEqual(readFields([country], { country: fieldText(country, "DE") }).params, { country: "DE" });
});

test("minor units are written exactly, also beyond what a number holds", () => {
  assert.equal(fromMinor(-5, "EUR"), "-0.05");
  assert.equal(fromMinor(0, "EUR"), "0.00");
  assert.equal(fromMinor(9007199254740991n + 2n, "EUR"), "90071992547409.93");
  assert.equal(fromMinor(-9007199254740993n, "KWD"), "-9007199254740.993");
  assert.equal(fromMinor(1200, "JPY"), "1200");
});

test("a bound is a day, a month or a year, however one writes it", () => {
  const months = ["2018-03", "201803", "03.2018", "03/2018", "3 2018", "March 2018", "mar 2018"];
  for (const text of months) assert.equal(readBound(text).value, "2018-03", text);
  assert.equal(readBound(" 2018 ").value, "2018");
  assert.equal(readBound("01.03.2018").value, "2018-03-01");
  assert.equal(readBound("2018-03-01").value, "2018-03-01");
  assert.equal(readBound("").value, "");
  for (const text of ["13.2018", "2018-13", "20", "soon"])
    assert.match(readBound(text).problem, /is no month/, text);
});

test("a month stands in its field by its name, and is read as it stands", () => {
  assert.equal(writtenBound("2018-03"), "March 2018");
  assert.equal(writtenBound("2018"), "2018");
  assert.equal(writtenBound("2018-13"), "2018-13");
  for (const bound of ["2018-03", "2018", "2018-03-01", ""])
    assert.equal(readBound(writtenBound(bound)).value, bound);
});
