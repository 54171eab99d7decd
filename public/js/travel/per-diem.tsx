/** Meals of an absence on business, claimed a day at a time at the country's rates. */

import { post } from "../api/client.ts";
import { DayField, Field, SelectField, TextField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { readDay } from "../values/day.ts";
import { CategoryField, fieldOf, Frame, todayAsWritten } from "./frame.tsx";
import { Meals, mealsGiven, TITLES } from "./meals.tsx";
import { useStatement } from "./statement.ts";
import {
  countriesOf,
  countryHere,
  rateOn,
  sourceOf,
  unitPrice,
  useRates,
  Worth,
} from "./worth.tsx";
import { t } from "../words.ts";
import type { PerDiemRate } from "../api/types.d.ts";
import type { Statement } from "./statement.ts";

const DAY_MS = 86_400_000;
/** Where a day and a time of the journey are kept. */
const PARTS: Record<"left" | "returned", [string, string]> = {
  left: ["leftDay", "leftTime"],
  returned: ["returnedDay", "returnedTime"],
};

export default function PerDiem() {
  const { answer, problem, isLoading, again } = useRates();
  if (!answer)
    return (
      <div class="view">
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      </div>
    );
  return <Journey rates={answer.perDiem} />;
}

/** Fields by the API's names. */
const NAMES = { left: "leftDay", returned: "returnedDay" };

function Journey({ rates }: { rates: PerDiemRate[] }) {
  const first = {
    ...{
      country: countryHere(rates),
      leftDay: todayAsWritten(),
      leftTime: "",
      returnedDay: todayAsWritten(),
      returnedTime: "",
    },
    ...{ meals: {} as Record<string, string[]>, overnight: true, purpose: "", category: "" },
  };
  const statement = useStatement("per-diem", first, NAMES);
  const { values, type } = statement;
  const [left, returned] = [readDay(values.leftDay), readDay(values.returnedDay)];
  const ofCountry = rates.filter(({ country }) => country === values.country);
  const rate = rateOn(ofCountry, left.value);
  const days = daysBetween(left.value, returned.value);
  // Over one midnight there may have been no night in lodgings; within a day there was none, and
  // longer there was one.
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
      leftDay:
        left.problem ??
        (left.value && values.leftTime ? null : t`Say on which day and when you left.`),
      returnedDay:
        returned.problem ??
        (returned.value && values.returnedTime
          ? null
          : t`Say on which day and when you came back.`),
      purpose: values.purpose.trim() ? null : t`Say what the journey was for.`,
    };
    const more = { purpose: values.purpose, category: values.category.trim() || null };
    return statement.send(wrong, (key) => post("/api/per-diem", { ...away, ...more, key }));
  }

  const aside = (
    <Worth
      asked={isWhole ? JSON.stringify(away) : null}
      ask={(body: any, signal: AbortSignal) => post("/api/per-diem/preview", body, { signal })}
      missing="Say when you left and when you came back."
    >
      {rate && <Rate rate={rate} />}
    </Worth>
  );
  const onOvernight = (event: Event) =>
    type({ overnight: (event.currentTarget as HTMLInputElement).checked });
  return (
    <Frame
      title="Per diem"
      says={t`Meals of a journey on business, at the rates that the law has for a day away. It
        counts on the day of return.`}
      statement={statement}
      onSend={send}
      aside={aside}
    >
      <SelectField
        {...fieldOf(statement, "country", t`Whose rates`)}
        options={countriesOf(rates)}
      />
      <CategoryField statement={statement} />
      <DayAndTime statement={statement} name="left" label="Departed" />
      <DayAndTime statement={statement} name="returned" label="Came back" />
      {isAsked && (
        <label class="check is-wide">
          <input type="checkbox" checked={values.overnight} onChange={onOvernight} /> There was a
          night in lodgings
        </label>
      )}
      {statement.problemOf("overnight") && (
        <p class="input-problem is-wide" role="alert">
          {statement.problemOf("overnight")}
        </p>
      )}
      {days.length > 0 && (
        <Meals
          days={days}
          given={values.meals}
          problem={statement.problemOf("meals")}
          onGiven={(meals: Record<string, string[]>) => type({ meals })}
        />
      )}
      <div class="is-wide">
        <TextField {...fieldOf(statement, "purpose", t`What for`)} maxLength={500} />
      </div>
    </Frame>
  );
}

function DayAndTime({
  statement,
  name,
  label,
}: {
  statement: Statement<any>;
  name: "left" | "returned";
  label: string;
}) {
  const { values, type, problemOf } = statement;
  const [day, time] = PARTS[name];
  // What is wrong with the two is said at the day, and goes once either is changed.
  const onTime = (event: Event) =>
    type({ [day]: values[day], [time]: (event.currentTarget as HTMLInputElement).value });
  return (
    <div class="day-and-time" role="group" aria-label={label}>
      <DayField
        label={t`${label} on`}
        value={values[day]}
        onValue={(text: string) => type({ [day]: text })}
        problem={problemOf(day)}
      />
      <Field label="at">
        {(given: Record<string, unknown>) => (
          <input type="time" value={values[time]} onInput={onTime} {...given} />
        )}
      </Field>
    </div>
  );
}

function Rate({ rate }: { rate: PerDiemRate }) {
  const { full, part, hours, currency, meals } = rate;
  const less = Object.entries(meals).map(
    ([meal, amount]) => `${TITLES[meal] ?? meal} ${unitPrice(amount, currency)}`,
  );
  return (
    <>
      <p>
        {unitPrice(full, currency)} for 24 hours away; {unitPrice(part, currency)} for the days of
        departure and return, and for more than {hours} hours within a day. A meal that was provided
        takes off: {less.join(", ")}.
      </p>
      <p class="quiet">{sourceOf(rate)}</p>
    </>
  );
}

/**
 * @param first YYYY-MM-DD
 * @returns each day from the first to the last; none where they are no journey that can be claimed
 */
function daysBetween(first: string | null, last: string | null): string[] {
  if (!first || !last || last < first) return [];
  const [start, end] = [Date.parse(first), Date.parse(last)];
  const count = (end - start) / DAY_MS + 1;
  // After three months nothing more is due, which the server says.
  if (count > 93) return [];
  return Array.from({ length: count }, (_, index) =>
    new Date(start + index * DAY_MS).toISOString().slice(0, "2026-01-01".length),
  );
}
