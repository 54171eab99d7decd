/**
 * Why the statements of a file do not close: their sums, the difference, and the first line that
 * cannot be right.
 */

import { counted } from "../format.ts";
import { Day } from "../parts/values.tsx";
import { amount } from "./words.ts";
import { t } from "../words.ts";

/** What the run proposes, as the API's `Unclosed`. */
export type Unclosed = {
  section: number;
  currency: string;
  opening: number | null;
  entries: number;
  booked: number;
  closing: number | null;
  difference: number;
  says: string;
  suspect: Suspect | null;
};
type Suspect = {
  position: number;
  line: number | null;
  day: string | null;
  amount: number;
  counterparty: string | null;
  words: string;
};

export function UnclosedSums({ unclosed }: { unclosed: Unclosed[] }) {
  return unclosed.map((each) => (
    <Sums key={each.section} of={each} isOnly={unclosed.length === 1} />
  ));
}

function Sums({
  of: { section, currency, opening, entries, booked, closing, difference, says, suspect },
  isOnly,
}: {
  of: Unclosed;
  isOnly: boolean;
}) {
  const shown = (minor: number | null) =>
    minor === null ? t`not in the file` : amount(minor, currency);
  return (
    <div class="unclosed">
      {!isOnly && <h3>Statement {section}</h3>}
      <table
        class="figures"
        aria-label={isOnly ? t`Sums of the statement` : t`Sums of statement ${section}`}
      >
        <tbody>
          <tr>
            <th scope="row">Opening balance</th>
            <td>{shown(opening)}</td>
          </tr>
          <tr>
            <th scope="row">{counted(entries, "entry", "entries")}</th>
            <td>{shown(booked)}</td>
          </tr>
          <tr>
            <th scope="row">In all</th>
            <td>{opening === null ? "" : amount(opening + booked, currency)}</td>
          </tr>
          <tr>
            <th scope="row">Closing balance in the file</th>
            <td>{shown(closing)}</td>
          </tr>
          <tr class="unclosed-difference">
            <th scope="row">Difference</th>
            <td>{amount(difference, currency)}</td>
          </tr>
        </tbody>
      </table>
      <p>{says}</p>
      {suspect && <SuspectLine suspect={suspect} currency={currency} />}
    </div>
  );
}

function SuspectLine({
  suspect: { position, line, day, amount: minor, counterparty, words },
  currency,
}: {
  suspect: Suspect;
  currency: string;
}) {
  return (
    <div class="unclosed-line" role="group" aria-label="The first line that cannot be right">
      <span class="quiet">
        {line === null ? t`Entry ${position}` : t`Entry ${position}, line ${line}`}
      </span>
      <span class="unclosed-words">
        <strong>{counterparty || words || t`Without a name`}</strong>
        {day && (
          <>
            {" "}
            <span class="quiet">
              <Day day={day} />
            </span>
          </>
        )}
        {counterparty && words && <span class="quiet"> · {words}</span>}
      </span>
      <strong class="bank-amount">{amount(minor, currency)}</strong>
    </div>
  );
}
