/** Which meals of a journey somebody else provided, a day at a time. */

import { date } from "../format.ts";
import { t } from "../words.ts";

const MEALS = ["breakfast", "lunch", "dinner"] as const;
/** Meals by the API's names. */
export const TITLES: Record<string, string> = {
  breakfast: t`Breakfast`,
  lunch: t`Lunch`,
  dinner: t`Dinner`,
};

export function Meals({
  days,
  given,
  problem,
  onGiven,
}: {
  /** YYYY-MM-DD */
  days: string[];
  /** meals by day */
  given: Record<string, string[]>;
  problem: string | null;
  onGiven: (given: Record<string, string[]>) => void;
}) {
  const flip = (day: string, meal: string) => {
    const before = given[day] ?? [];
    onGiven({
      ...given,
      [day]: before.includes(meal) ? before.filter((each) => each !== meal) : [...before, meal],
    });
  };
  return (
    <fieldset class="meals is-wide">
      <legend>Meals that somebody else provided</legend>
      <table>
        <thead>
          <tr>
            <td />
            {MEALS.map((meal) => (
              <th key={meal} scope="col">
                {TITLES[meal]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day}>
              <th scope="row">{date(day)}</th>
              {MEALS.map((meal) => (
                <td key={meal}>
                  <label>
                    <input
                      type="checkbox"
                      checked={given[day]?.includes(meal) ?? false}
                      aria-label={t`${TITLES[meal]} on ${date(day)}`}
                      onChange={() => flip(day, meal)}
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {problem && (
        <p class="input-problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

/**
 * @param days of the journey: what was ticked for another is left out
 * @returns as the API has them
 */
export function mealsGiven(
  given: Record<string, string[]>,
  days: string[],
): { date: string; meals: ("breakfast" | "lunch" | "dinner")[] }[] {
  return days.flatMap((day) => {
    const meals = MEALS.filter((meal) => given[day]?.includes(meal));
    return meals.length > 0 ? [{ date: day, meals }] : [];
  });
}
