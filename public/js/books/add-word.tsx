/** Giving a word a place before anything waits for it. */

import { useId, useState } from "preact/hooks";

import { categories } from "../expenses/categories.ts";
import { ANY, titleOf, wordName } from "./mapping-rows.ts";
import { t } from "../words.ts";
import type { Row } from "./mapping-rows.ts";
import type { What } from "./what.ts";

const RATE = /^(?:\d{1,2}(?:\.\d*[1-9])?|100)$/;

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
  const isTyped = what !== "person" && what !== "output_tax";
  const word =
    what === "tax" ? typed.trim().replace(",", ".").replace("%", "").trim() : typed.trim();
  const canBeAdded =
    word !== "" && (what !== "tax" || RATE.test(word)) && !rows.some((each) => each.word === word);
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
            list={what === "tax" ? undefined : "categories"}
            aria-label={what === "tax" ? t`Another rate` : t`Another category`}
            id={id}
            placeholder={what === "tax" ? t`Another rate, such as 19` : t`Another category`}
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
  if (what === "tax") return ["none", "other", ANY];
  if (what === "output_tax") return ["none"];
  return [...categories.value, "", ANY];
}
