// @ts-check
/** Meals of an absence on business, claimed a day at a time at the country's rates. */

import { post } from "../api/client.js";
import { DayField, Field, SelectField, TextField } from "../parts/fields.js";
import { Waiting } from "../parts/view.js";
import { readDay } from "../values/day.js";
import { CategoryField, fieldOf, Frame, todayAsWritten } from "./frame.js";
import { Meals, mealsGiven } from "./meals.js";
import { useStatement } from "./statement.js";
import { countriesOf, countryHere, rateOn, sourceOf, unitPrice, useRates, Worth } from "./worth.js";
import { html, t } from "../words.js";

/** @import { PerDiemRate } from "../api/types.js" */
/** @import { Statement } from "./statement.js" */

const DAY_MS = 86_400_000;
/** Where a day and a time of the journey are kept. @type {Record<"left" | "returned", [string, string]>} */
const PARTS = { left: ["leftDay", "leftTime"], returned: ["returnedDay", "returnedTime"] };

export default function PerDiem() {
  const { answer, problem, isLoading, again } = useRates();
  if (!answer) return html`<div class="view"><${Waiting} ...${{ problem, isLoading, onAgain: again }} /></div>`;
  return html`<${Journey} rates=${answer.perDiem} />`;
}

/** Fields by the API's names. */
const NAMES = { left: "leftDay", returned: "returnedDay" };

/** @param {{ rates: PerDiemRate[] }} props */
function Journey({ rates }) {
  const first = {
    ...{ country: countryHere(rates), leftDay: todayAsWritten(), leftTime: "", returnedDay: todayAsWritten(), returnedTime: "" },
    ...{ meals: /** @type {Record<string, string[]>} */ ({}), overnight: true, purpose: "", category: "" },
  };
  const statement = useStatement("per-diem", first, NAMES);
  const { values, type } = statement;
  const [left, returned] = [readDay(values.leftDay), readDay(values.returnedDay)];
  const ofCountry = rates.filter(({ country }) => country === values.country);
  const rate = rateOn(ofCountry, left.value);
  const days = daysBetween(left.value, returned.value);
  // Over one midnight there may have been no night in lodgings; within a day there was none, and longer there was one.
  const isAsked = days.length === 2;
  const away = {
    country: values.country,
    left: `${left.value}T${values.leftTime}`,
    returned: `${returned.value}T${values.returnedTime}`,
    meals: mealsGiven(values.meals, days),
    overnight: isAsked ? values.overnight : true,
  };
  const isWhole = Boolean(left.value && returned.value && values.leftTime && values.returnedTime);

  function send() {
    const wrong = {
      leftDay: left.problem ?? (left.value && values.leftTime ? null : t`Say on which day and when you left.`),
      returnedDay: returned.problem ?? (returned.value && values.returnedTime ? null : t`Say on which day and when you came back.`),
      purpose: values.purpose.trim() ? null : t`Say what the journey was for.`,
    };
    const more = { purpose: values.purpose, category: values.category.trim() || null };
    return statement.send(wrong, (key) => post("/api/per-diem", { ...away, ...more, key }));
  }

  const aside = html`
    <${Worth}
      asked=${isWhole ? JSON.stringify(away) : null}
      ask=${(/** @type {any} */ body, /** @type {AbortSignal} */ signal) => post("/api/per-diem/preview", body, { signal })}
      missing="Say when you left and when you came back."
    >
      ${rate && html`<${Rate} rate=${rate} />`}
    <//>
  `;
  const onOvernight = (/** @type {Event} */ event) =>
    type({ overnight: /** @type {HTMLInputElement} */ (event.currentTarget).checked });
  return html`
    <${Frame}
      title="Per diem"
      says="Meals of a journey on business, at the rates that the law has for a day away. It counts on the day of return."
      statement=${statement}
      onSend=${send}
      aside=${aside}
    >
      <${SelectField} ...${fieldOf(statement, "country", t`Whose rates`)} options=${countriesOf(rates)} />
      <${CategoryField} statement=${statement} />
      <${DayAndTime} statement=${statement} name="left" label="Left" />
      <${DayAndTime} statement=${statement} name="returned" label="Came back" />
      ${isAsked &&
      html`
        <label class="check is-wide">
          <input type="checkbox" checked=${values.overnight} onChange=${onOvernight} /> There was a night in lodgings
        </label>
      `}
      ${statement.problemOf("overnight") && html`<p class="input-problem is-wide" role="alert">${statement.problemOf("overnight")}</p>`}
      ${days.length > 0 &&
      html`
        <${Meals}
          days=${days}
          given=${values.meals}
          problem=${statement.problemOf("meals")}
          onGiven=${(/** @type {Record<string, string[]>} */ meals) => type({ meals })}
        />
      `}
      <div class="is-wide"><${TextField} ...${fieldOf(statement, "purpose", t`What for`)} maxLength=${500} /></div>
    <//>
  `;
}

/** @param {{ statement: Statement<any>, name: "left" | "returned", label: string }} props */
function DayAndTime({ statement, name, label }) {
  const { values, type, problemOf } = statement;
  const [day, time] = PARTS[name];
  // What is wrong with the two is said at the day, and goes once either is changed.
  const onTime = (/** @type {Event} */ event) =>
    type({ [day]: values[day], [time]: /** @type {HTMLInputElement} */ (event.currentTarget).value });
  return html`
    <div class="day-and-time" role="group" aria-label=${label}>
      <${DayField}
        label=${t`${label} on`}
        value=${values[day]}
        onValue=${(/** @type {string} */ text) => type({ [day]: text })}
        problem=${problemOf(day)}
      />
      <${Field} label="at">
        ${(/** @type {Record<string, unknown>} */ given) =>
          html`<input type="time" value=${values[time]} onInput=${onTime} ...${given} />`}
      <//>
    </div>
  `;
}

/** @param {{ rate: PerDiemRate }} props */
function Rate({ rate }) {
  const { full, part, hours, currency, meals } = rate;
  const less = Object.entries(meals).map(([meal, amount]) => `${meal} ${unitPrice(amount, currency)}`);
  return html`
    <p>
      ${unitPrice(full, currency)} for 24 hours away; ${unitPrice(part, currency)} for the days of departure and return, and
      for more than ${hours} hours within a day. A meal that was provided takes off: ${less.join(", ")}.
    </p>
    <p class="quiet">${sourceOf(rate)}</p>
  `;
}

/**
 * @param {string | null} first YYYY-MM-DD
 * @param {string | null} last
 * @returns {string[]} each day from the first to the last; none where they are no journey that can be claimed
 */
function daysBetween(first, last) {
  if (!first || !last || last < first) return [];
  const [start, end] = [Date.parse(first), Date.parse(last)];
  const count = (end - start) / DAY_MS + 1;
  // After three months nothing more is due, which the server says.
  if (count > 93) return [];
  return Array.from({ length: count }, (_, index) => new Date(start + index * DAY_MS).toISOString().slice(0, "2026-01-01".length));
}
