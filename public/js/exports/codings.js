// @ts-check
/** Where categories are booked: the account, the program's tax code, the cost centre of each. */

import { get } from "../api/client.js";
import { counted } from "../format.js";
import { TextField } from "../parts/fields.js";
import { useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { Coding, Values } from "./profile-options.js" */

const NONE = { account: "", taxCode: "", costCentre: "" };
const FIELDS = /** @type {const} */ ([
  ["account", t`Account`],
  ["taxCode", t`Tax code`],
  ["costCentre", t`Cost centre`],
]);

/**
 * @param {object} props
 * @param {Values} props.values
 * @param {(values: Values) => void} props.onValues
 * @param {Record<string, string>} props.problems by the API's names
 */
export function Codings({ values, onValues, problems }) {
  const { answer } = useRequest((signal) => get("/api/categories", { signal }), []);
  const known = (answer?.categories ?? []).filter(({ state }) => state === "active");
  const names = [...new Set([...known.map(({ name }) => name), ...Object.keys(values.codings)])];
  const isWrong = Object.keys(problems).some((name) => name.startsWith("options.codings"));
  return html`
    <${Row}
      label="all other categories"
      coding=${values.other}
      onCoding=${(/** @type {Coding} */ other) => onValues({ ...values, other })}
      problems=${problems}
      at="options.other"
      hint="Categories have accounts of their own, under Categories."
    />
    ${names.length > 0 &&
    html`
      <details class="profile-more" open=${isWrong}>
        <summary>Codes of ${counted(names.length, "category", "categories")}</summary>
        <p class="quiet">What is left open is as the category has it.</p>
        ${names.map((name) => {
          const category = known.find((each) => each.name === name);
          return html`
            <${Row}
              key=${name}
              label=${name}
              coding=${values.codings[name] ?? NONE}
              onCoding=${(/** @type {Coding} */ coding) => onValues({ ...values, codings: { ...values.codings, [name]: coding } })}
              problems=${problems}
              at=${`options.codings.${name}`}
              usual=${{ account: category?.ledgerCode, taxCode: category?.taxCode }}
            />
          `;
        })}
      </details>
    `}
  `;
}

/**
 * @param {object} props
 * @param {string} props.label
 * @param {Coding} props.coding
 * @param {(coding: Coding) => void} props.onCoding
 * @param {Record<string, string>} props.problems
 * @param {string} props.at the API's name
 * @param {string} [props.hint]
 * @param {Record<string, string | null | undefined>} [props.usual] what the category has of its own
 */
function Row({ label, coding, onCoding, problems, at, hint, usual = {} }) {
  return html`
    <div class="coding" role="group" aria-label=${label}>
      ${FIELDS.map(
        ([name, title]) => html`
          <${TextField}
            key=${name}
            label=${t`${title} of ${label}`}
            value=${coding[name]}
            onValue=${(/** @type {string} */ value) => onCoding({ ...coding, [name]: value })}
            placeholder=${usual[name] ?? ""}
            problem=${problems[`${at}.${name}`] ?? null}
            hint=${name === "account" ? hint : null}
            maxLength=${50}
          />
        `,
      )}
    </div>
  `;
}
