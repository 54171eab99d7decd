// @ts-check
/** Which meals of a journey somebody else provided, a day at a time. */

import { date } from "../format.js";
import { html, t } from "../words.js";

const MEALS = /** @type {const} */ (["breakfast", "lunch", "dinner"]);
const TITLES = { breakfast: t`Breakfast`, lunch: t`Lunch`, dinner: t`Dinner` };

/**
 * @param {object} props
 * @param {string[]} props.days YYYY-MM-DD
 * @param {Record<string, string[]>} props.given meals by day
 * @param {string | null} props.problem
 * @param {(given: Record<string, string[]>) => void} props.onGiven
 */
export function Meals({ days, given, problem, onGiven }) {
  const flip = (/** @type {string} */ day, /** @type {string} */ meal) => {
    const before = given[day] ?? [];
    onGiven({ ...given, [day]: before.includes(meal) ? before.filter((each) => each !== meal) : [...before, meal] });
  };
  return html`
    <fieldset class="meals is-wide">
      <legend>Meals that somebody else provided</legend>
      <table>
        <thead>
          <tr><td></td>${MEALS.map((meal) => html`<th key=${meal} scope="col">${TITLES[meal]}</th>`)}</tr>
        </thead>
        <tbody>
          ${days.map(
            (day) => html`
              <tr key=${day}>
                <th scope="row">${date(day)}</th>
                ${MEALS.map(
                  (meal) => html`
                    <td key=${meal}>
                      <label>
                        <input
                          type="checkbox"
                          checked=${given[day]?.includes(meal) ?? false}
                          aria-label=${t`${TITLES[meal]} on ${date(day)}`}
                          onChange=${() => flip(day, meal)}
                        />
                      </label>
                    </td>
                  `,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
      ${problem && html`<p class="input-problem" role="alert">${problem}</p>`}
    </fieldset>
  `;
}

/**
 * @param {Record<string, string[]>} given
 * @param {string[]} days of the journey: what was ticked for another is left out
 * @returns {{ date: string, meals: ("breakfast" | "lunch" | "dinner")[] }[]} as the API has them
 */
export function mealsGiven(given, days) {
  return days.flatMap((day) => {
    const meals = MEALS.filter((meal) => given[day]?.includes(meal));
    return meals.length > 0 ? [{ date: day, meals }] : [];
  });
}
