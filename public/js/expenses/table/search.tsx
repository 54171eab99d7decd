/**
 * The field that expenses are searched by: it completes tokens, and what was understood stands
 * below it as chips.
 */

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { go } from "../../shell/address.ts";
import { Chips } from "../chips.tsx";
import { addressOf } from "../asked.ts";
import { completionsOf, loadTokens, tokens } from "./names.ts";
import type { Asked } from "../asked.ts";
import type { Completion } from "./names.ts";

// As long as people pause between two words, rather than between two letters.
const PAUSE_MS = 250;

export function SearchField({
  asked,
  understood,
  problem,
}: {
  /** what stands in the address */
  asked: Asked;
  /** of what is asked, under the parameters that it means; null until it is answered */
  understood: Asked | null;
  /** what was not understood */
  problem: string | null;
}) {
  const [typed, type] = useState(asked.q ?? "");
  const [isOpen, open] = useState(false);
  const [at, move] = useState(-1);
  const [isSent, send] = useState(false);
  const id = useId();
  const input = useRef<HTMLInputElement | null>(null);
  const latest = useRef(asked);
  latest.current = asked;
  const sent = useRef(asked.q ?? "");
  // What was asked from here comes back while one types on, which must stay. This and the pause
  // are done with the drawing: an effect comes later on a busy machine. A key could come before it,
  // and the pause would then begin after Enter had ended it, and ask for what was understood already.
  useLayoutEffect(() => {
    const text = asked.q ?? "";
    if (sent.current === text) return;
    sent.current = text;
    type(text);
  }, [asked.q]);
  const { from, completions } = isOpen ? completionsOf(typed) : { from: 0, completions: [] };
  // A token that is being typed is not asked for yet: it would be refused at each letter.
  const isHalf =
    isOpen &&
    completions.length > 0 &&
    /(^|\s)[^\s":]+:\S*$/.test(typed) &&
    !completions.some(({ text }) => typed.endsWith(text));
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const ask = (text: string) => {
    // What is asked at once is not asked again when the pause is over: its tokens may have left the
    // field by then.
    clearTimeout(pause.current);
    sent.current = text.trim();
    go(addressOf({ ...latest.current, q: sent.current }), { replace: true });
  };
  useLayoutEffect(() => {
    if (typed.trim() === (latest.current.q ?? "") || isHalf) return undefined;
    pause.current = setTimeout(() => ask(typed), PAUSE_MS);
    return () => clearTimeout(pause.current);
  }, [typed, isHalf]);
  // What was sent is understood: its tokens leave the field, and stand below it.
  useEffect(() => {
    if (!isSent || !understood || typed.trim() !== (asked.q ?? "")) return;
    send(false);
    go(addressOf({ ...understood, sort: asked.sort }), { replace: true });
  }, [isSent, understood, typed]);

  const complete = ({ text, isWhole }: Completion) => {
    const now = `${typed.slice(0, from)}${text}${isWhole ? " " : ""}`;
    type(now);
    move(-1);
    open(!isWhole);
    if (isWhole) ask(now);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && completions.length > 0)
      move((at + step + completions.length + (at < 0 && step < 0 ? 1 : 0)) % completions.length);
    else if (step) open(true);
    else if (event.key === "Enter" && completions[at]) complete(completions[at] as Completion);
    else if (event.key === "Enter") {
      open(false);
      send(true);
      ask(typed);
    } else if (event.key === "Escape" && isOpen && completions.length > 0) open(false);
    else return;
    event.preventDefault();
  };
  const onInput = (event: Event) => {
    type((event.target as HTMLInputElement).value);
    move(-1);
    open(true);
    send(false);
  };
  const onFocus = () => {
    open(true);
    if (tokens.value.length === 0) void loadTokens();
  };
  const isShown = isOpen && completions.length > 0;
  return (
    <search class="find">
      <div class="find-field">
        <label class="visually-hidden" for={id}>
          Search
        </label>
        <input
          id={id}
          onInput={onInput}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
          value={typed}
          ref={input}
          type="search"
          role="combobox"
          list={undefined}
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isShown && at >= 0 ? `${id}-${at}` : undefined}
          aria-invalid={problem ? "true" : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          maxlength={200}
          autocomplete="off"
          spellcheck={false}
          placeholder="Search: words, from:ann, >50, mar 2018 …"
          onBlur={() => open(false)}
        />
        <ul
          class="find-list"
          role="listbox"
          id={`${id}-list`}
          aria-label="Completions"
          hidden={!isShown}
        >
          {completions.map((each, index) => (
            <li
              key={each.text}
              role="option"
              id={`${id}-${index}`}
              aria-selected={index === at}
              onPointerDown={(event: Event) => event.preventDefault()}
              onClick={() => complete(each)}
            >
              <strong>{each.text}</strong> <span class="quiet">{each.says}</span>
            </li>
          ))}
        </ul>
      </div>
      {problem && (
        <p class="input-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
      <Chips asked={understood ?? asked} />
    </search>
  );
}
