/** Giving a word a place before anything waits for it. */

import { useId, useState } from "preact/hooks";

import { categories } from "../expenses/categories.ts";
import { ANY, titleOf, wordName } from "./mapping-rows.ts";
import { OF_PURCHASES, OF_SALES, WITH_RATE } from "./tax-words.ts";
import { t } from "../words.ts";
import type { Row } from "./mapping-rows.ts";
import type { What } from "./what.ts";

const RATE = /^(?:\d{1,2}(?:\.\d*[1-9])?|100)$/;

/** Whether it can be typed in as a word of a tax: a rate, or a treatment and its rate. */
function isTaxWord(what: What, word: string): boolean {
  const [treatment = "", rate = "", deduction = "not_deducted"] = word.split(":");
  const isOwed = WITH_RATE.includes(treatment) && deduction === "not_deducted";
  return RATE.test(word) || (what === "tax" && isOwed && RATE.test(rate));
}

export function AddWord({
  what,
  rows,
  people,
  onWord,
}: {
  what: What;
  rows: Row[];
  people: Map<string, string>;
  onWord: (word: string) => void;
}) {
  const id = useId();
  const [typed, type] = useState("");
  const offered = offeredFor(what, people).filter(
    (word) => !rows.some((each) => each.word === word),
  );
  const isTyped = what !== "person";
  const isTax = what === "tax" || what === "output_tax";
  const word = isTax ? typed.trim().replace(",", ".").replace("%", "").trim() : typed.trim();
  const canBeAdded =
    word !== "" && (!isTax || isTaxWord(what, word)) && !rows.some((each) => each.word === word);
  const add = () => {
    onWord(word);
    type("");
  };
  const onChoice = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    const chosen = offered[Number(select.value)];
    select.value = "";
    if (chosen !== undefined) onWord(chosen);
  };
  if (offered.length === 0 && !isTyped) return null;
  return (
    <div class="books-add">
      {offered.length > 0 && (
        <select aria-label={t`Add to ${titleOf(what)}`} value="" onChange={onChoice}>
          <option value="">Add …</option>
          {offered.map((each, place) => (
            <option key={each} value={String(place)}>
              {wordName(what, each, people)}
            </option>
          ))}
        </select>
      )}
      {isTyped && (
        <>
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            maxlength={200}
            list={isTax ? undefined : "categories"}
            aria-label={isTax ? t`Another rate` : t`Another category`}
            id={id}
            placeholder={isTax ? t`Another rate, such as 19` : t`Another category`}
            value={typed}
            onInput={(event: Event) => type((event.target as HTMLInputElement).value)}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              if (canBeAdded) add();
            }}
          />
          <button type="button" class="button" disabled={!canBeAdded} onClick={add}>
            Add
          </button>
        </>
      )}
    </div>
  );
}

function offeredFor(what: What, people: Map<string, string>): string[] {
  if (what === "person") return [...people.keys()];
  if (what === "tax") return ["none", "other", ANY, ...OF_PURCHASES];
  if (what === "output_tax") return ["none", ANY, ...OF_SALES];
  return [...categories.value, "", ANY];
}
