/** Where categories are booked: the account, the program's tax code, the cost centre of each. */

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { TextField } from "../parts/fields.tsx";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { Coding, Values } from "./profile-options.ts";

const NONE = { account: "", taxCode: "", costCenter: "" };
const FIELDS = [
  ["account", t`Account`],
  ["taxCode", t`Tax code`],
  ["costCenter", t`Cost centre`],
] as const;

export function Codings({
  values,
  onValues,
  problems,
}: {
  values: Values;
  onValues: (values: Values) => void;
  /** by the API's names */
  problems: Record<string, string>;
}) {
  const { answer } = useRequest((signal) => get("/api/categories", { signal }), []);
  const known = (answer?.categories ?? []).filter(({ state }) => state === "active");
  const names = [...new Set([...known.map(({ name }) => name), ...Object.keys(values.codings)])];
  const isWrong = Object.keys(problems).some((name) => name.startsWith("options.codings"));
  return (
    <>
      <Row
        label={t`all other categories`}
        isOfOthers
        coding={values.other}
        onCoding={(other: Coding) => onValues({ ...values, other })}
        problems={problems}
        at="options.other"
        hint="Categories have accounts of their own, under Categories."
      />
      {names.length > 0 && (
        <details class="profile-more" open={isWrong}>
          <summary>Codes of {counted(names.length, "category", "categories")}</summary>
          <p class="quiet">What is left open is as the category has it.</p>
          {names.map((name) => {
            const category = known.find((each) => each.name === name);
            return (
              <Row
                key={name}
                label={name}
                coding={values.codings[name] ?? NONE}
                onCoding={(coding: Coding) =>
                  onValues({ ...values, codings: { ...values.codings, [name]: coding } })
                }
                problems={problems}
                at={`options.codings.${name}`}
                usual={{ account: category?.ledgerCode, taxCode: category?.taxCode }}
              />
            );
          })}
        </details>
      )}
    </>
  );
}

function Row({
  label,
  coding,
  onCoding,
  problems,
  at,
  hint,
  usual = {},
  isOfOthers = false,
}: {
  label: string;
  coding: Coding;
  onCoding: (coding: Coding) => void;
  problems: Record<string, string>;
  /** the API's name */
  at: string;
  hint?: string;
  /** what the category has of its own */
  usual?: Record<string, string | null | undefined>;
  /** of what has no account of its own */
  isOfOthers?: boolean;
}) {
  return (
    <div class="coding" role="group" aria-label={label}>
      {FIELDS.map(([name, title]) => (
        <TextField
          key={name}
          label={isOfOthers ? t`${title} of all other categories` : t`${title} of ${label}`}
          value={coding[name]}
          onValue={(value: string) => onCoding({ ...coding, [name]: value })}
          placeholder={usual[name] ?? ""}
          problem={problems[`${at}.${name}`] ?? null}
          hint={name === "account" ? hint : null}
          maxLength={50}
        />
      ))}
    </div>
  );
}
