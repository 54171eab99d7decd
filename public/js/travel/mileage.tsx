/** A journey in one's own vehicle, claimed at the rate of its day. */

import { post } from "../api/client.ts";
import { DayField, SelectField, TextField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { readNumber } from "../values/amount.ts";
import { readDay } from "../values/day.ts";
import { CategoryField, fieldOf, Frame, todayAsWritten } from "./frame.tsx";
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
import { locale, t } from "../words.ts";
import type { MileageRate } from "../api/types.d.ts";
import type { Read } from "../values/amount.ts";

const UNITS: Record<
  string,
  { many: string; field: "km" | "miles"; before: "kmBefore" | "milesBefore" }
> = {
  km: { many: t`kilometres`, field: "km", before: "kmBefore" },
  mile: { many: t`miles`, field: "miles", before: "milesBefore" },
};
const VEHICLES: Record<string, string> = {
  car: t`Car`,
  motorcycle: t`Motorcycle`,
  bicycle: t`Bicycle`,
};
const PLACE = 80;
const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });

export default function Mileage() {
  const { answer, problem, isLoading, again } = useRates();
  if (!answer)
    return (
      <div class="view">
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      </div>
    );
  return <Journey rates={answer.mileage} />;
}

/** Fields by the API's names. */
const NAMES = { km: "distance", miles: "distance", kmBefore: "before", milesBefore: "before" };

function Journey({ rates }: { rates: MileageRate[] }) {
  const first = {
    ...{
      date: todayAsWritten(),
      from: "",
      to: "",
      country: countryHere(rates),
      vehicle: "car",
      distance: "",
      before: "",
    },
    ...{ purpose: "", category: "" },
  };
  const statement = useStatement("mileage", first, NAMES);
  const { values } = statement;
  const ofCountry = rates.filter(({ country }) => country === values.country);
  const vehicles = [...new Set(ofCountry.map(({ vehicle }) => vehicle))];
  const vehicle = vehicles.includes(values.vehicle) ? values.vehicle : (vehicles[0] ?? "car");
  const ofVehicle = ofCountry.filter((rate) => rate.vehicle === vehicle);
  const day = readDay(values.date);
  const rate = rateOn(ofVehicle, day.value) ?? null;
  const known = rate ?? ofVehicle[0];
  const unit = UNITS[known?.unit ?? "km"] ?? {
    many: t`kilometres`,
    field: "km",
    before: "kmBefore",
  };
  const [distance, before] = [readDistance(values.distance), readDistance(values.before)];
  const hasLimit = Boolean(known?.limit);

  const driven = {
    date: day.value ?? "",
    country: values.country,
    vehicle: vehicle as "car" | "motorcycle" | "bicycle",
    [unit.field]: distance.value,
    [unit.before]: hasLimit ? before.value || null : null,
  };
  const isWhole = Boolean(day.value && distance.value && (!hasLimit || before.value));

  function send() {
    const wrong = {
      date: day.problem ?? (day.value ? null : t`Say on which day you drove.`),
      from: values.from.trim() ? null : t`Say where it began.`,
      to: values.to.trim() ? null : t`Say where it led.`,
      distance:
        distance.problem ?? (distance.value ? null : t`Say how many ${unit.many} you drove.`),
      before: hasLimit
        ? (before.problem ?? (before.value ? null : t`Say how many ${unit.many}, 0 for none.`))
        : null,
      purpose: values.purpose.trim() ? null : t`Say what the journey was for.`,
    };
    const { from, to, purpose, category } = values;
    const more = { from, to, purpose, category: category.trim() || null };
    return statement.send(wrong, (key) => post("/api/mileage", { ...driven, ...more, key }));
  }

  const aside = (
    <Worth
      asked={isWhole ? JSON.stringify(driven) : null}
      ask={(body: any, signal: AbortSignal) => post("/api/mileage/preview", body, { signal })}
      missing={rate ? t`Say how many ${unit.many} you drove.` : noRate(day.value)}
    >
      {rate && <Rate rate={rate} many={unit.many} />}
    </Worth>
  );
  return (
    <Frame
      title="Mileage"
      says="A journey on business in your own vehicle, at the rate that the law has for its day."
      statement={statement}
      onSend={send}
      aside={aside}
    >
      <DayField {...fieldOf(statement, "date", t`Date`)} />
      <SelectField {...fieldOf(statement, "country", t`Whose rate`)} options={countriesOf(rates)} />
      <div class="is-long">
        <TextField {...fieldOf(statement, "from", t`Start`)} maxLength={PLACE} />
      </div>
      <div class="is-long">
        <TextField {...fieldOf(statement, "to", t`Destination`)} maxLength={PLACE} />
      </div>
      <TextField
        {...fieldOf(statement, "distance", t`Distance in ${unit.many}`)}
        hint={echo(values.distance, distance.value, unit.many)}
        attributes={{ inputmode: "decimal" }}
      />
      {vehicles.length > 1 && (
        <SelectField
          {...fieldOf(statement, "vehicle", t`Vehicle`)}
          value={vehicle}
          options={vehicles.map((value) => ({ value, label: VEHICLES[value] ?? value }))}
        />
      )}
      {hasLimit && (
        <TextField
          {...fieldOf(statement, "before", t`Business ${unit.many} earlier in this tax year`)}
          hint={
            Number(known?.beyond) > 0
              ? t`Beyond ${decimal.format(Number(known?.limit))} the rate is lower.`
              : t`Beyond ${decimal.format(Number(known?.limit))} nothing is due.`
          }
          attributes={{ inputmode: "decimal" }}
        />
      )}
      <CategoryField statement={statement} />
      <div class="is-wide">
        <TextField {...fieldOf(statement, "purpose", t`What for`)} maxLength={500} />
      </div>
    </Frame>
  );
}

function Rate({ rate, many }: { rate: MileageRate; many: string }) {
  const { rate: price, beyond, limit, currency, unit } = rate;
  return (
    <>
      <p>
        {unitPrice(price, currency)} a{" "}
        {unit === "km" ? t`kilometre` : unit === "mile" ? t`mile` : unit}
        {beyond &&
          t` up to ${decimal.format(Number(limit))} ${many} in a tax year, then ${unitPrice(beyond, currency)}`}
      </p>
      <p class="quiet">{sourceOf(rate)}</p>
    </>
  );
}

function noRate(day: string | null) {
  return day
    ? t`No rate is known for this day. Add it as any expense, with the amount, or once the rate is known.`
    : t`Say on which day you drove.`;
}

function readDistance(text: string): Read {
  const read = readNumber(text);
  if (read.value === null)
    return { value: null, problem: t`“${text.trim()}” is no distance. Write it like 42 or 12.5.` };
  if (read.value && !/^\d{1,6}(\.\d{1,3})?$/.test(read.value)) {
    return {
      value: null,
      problem: t`Give the distance without a sign, below a million, with at most three decimals.`,
    };
  }
  return read;
}

/** How it was understood, where it was not typed so. */
function echo(text: string, value: string | null, many: string) {
  return value && value !== text.trim() ? `${decimal.format(Number(value))} ${many}` : null;
}
