/** The command palette: go to a view, do something, or search expenses, by a few letters. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon.tsx";
import { capsOf, isPaletteShown, showHelp } from "../shortcuts.ts";
import { may } from "../state/session.ts";
import { go } from "./address.ts";
import { above } from "./router.ts";
import { FEATURES, isOffered, ROUTES } from "./routes.ts";
import { monthNamed } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { locale, t } from "../words.ts";

type Command = {
  title: string;
  act: () => void;
  icon?: string | undefined;
  key?: string | undefined;
  about?: string;
  words?: string;
};

const OF_FEATURES = FEATURES.flatMap(({ acts = [] }) => acts);
const ACTS: (Command & { needs?: string })[] = [
  ...OF_FEATURES.filter(({ isOfAccount }) => !isOfAccount),
  { title: t`Keyboard shortcuts`, act: showHelp, icon: "keyboard", key: "?", words: "help" },
  ...OF_FEATURES.filter(({ isOfAccount }) => isOfAccount),
];

function commands(): Command[] {
  const views = ROUTES.filter(
    (route) => !route.path.includes(":") && !route.isReturn && isOffered(route),
  );
  return [
    ...views.map((route) => ({
      title: route.title,
      act: () => go(route.path),
      icon: route.icon ?? above(route).find(({ icon }) => icon)?.icon,
      key: route.key && `g ${route.key}`,
      about: above(route)
        .map(({ title }) => title)
        .join(" › "),
      words: route.path.replaceAll("/", " "),
    })),
    ...ACTS.filter(({ needs }) => !needs || may(needs)),
  ];
}

/** @returns those of which each typed word begins a word; what begins with it first */
function found(typed: string): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands().filter(({ title, about, words }) => {
    const there = `${title} ${about ?? ""} ${words ?? ""}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return wanted.every((word) => there.some((each) => each.startsWith(word)));
  });
  const begins = ({ title }: Command) => title.toLowerCase().startsWith(wanted[0] ?? "");
  const sorted = [...fits.filter(begins), ...fits.filter((each) => !begins(each))];
  if (wanted.length === 0 || !may("read")) return sorted;
  const q = typed.trim();
  return [
    ...sorted,
    ...ofMonth(q),
    {
      title: t`Search expenses for “${q}”`,
      act: () => go(`/expenses?${new URLSearchParams({ q })}`),
      icon: "search",
    },
  ];
}

/** The expenses of a month that is named. */
function ofMonth(q: string): Command[] {
  const month = monthNamed(q);
  if (!month) return [];
  const name = new Date(`${month}-01T00:00Z`).toLocaleDateString(locale, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return [
    {
      title: t`Expenses: ${name}`,
      act: () => go(`/expenses?${new URLSearchParams(daysOf(month))}`),
      icon: "coins",
    },
  ];
}

export default function Palette() {
  const dialog = useRef<HTMLDialogElement | null>(null);
  useLayoutEffect(() => {
    if (isPaletteShown.value) dialog.current?.showModal();
  }, [isPaletteShown.value]);
  // The event comes later, when it may be open again: also as another dialogue, since this one is
  // gone by then.
  const onClose = () => {
    if (dialog.current && !dialog.current.open) isPaletteShown.value = false;
  };
  const close = () => {
    dialog.current?.close();
    isPaletteShown.value = false;
  };
  // A click beside it is one on the dialogue itself.
  const onClick = (event: Event) => event.target === dialog.current && close();
  return (
    <dialog
      class="palette"
      aria-label="Go to a view, or do something"
      ref={dialog}
      onClose={onClose}
      onClick={onClick}
    >
      {isPaletteShown.value && <Search onDone={close} />}
    </dialog>
  );
}

function Search({ onDone }: { onDone: () => void }) {
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const list = useRef<HTMLUListElement | null>(null);
  const options = found(typed);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onDone();
    command.act();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move((at + step + options.length) % Math.max(1, options.length));
    else if (event.key === "Enter") run(options[at]);
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) onDone();
    else return;
    event.preventDefault();
  };
  const onInput = (event: Event) => {
    type((event.target as HTMLInputElement).value);
    move(0);
  };
  return (
    <>
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Go to a view, do something, or search expenses"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={options.length > 0 ? `palette-${at}` : undefined}
          autocomplete="off"
          spellcheck={false}
          autofocus
          placeholder="Go to, do, or search expenses …"
          value={typed}
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul role="listbox" id="palette-list" aria-label="What fits" ref={list}>
        {options.map((command, index) => (
          <li
            key={command.title}
            role="option"
            id={`palette-${index}`}
            aria-selected={index === at}
            onPointerMove={() => move(index)}
            onClick={() => run(command)}
          >
            {command.icon ? <Icon name={command.icon} /> : <span class="icon" />}
            <span>{command.title}</span>
            {command.about && <span class="quiet">{command.about}</span>}
            {command.key && (
              <span class="palette-keys">
                {capsOf(command.key).map((cap) => (
                  <kbd key={cap}>{cap}</kbd>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
      {options.length === 0 && <p class="quiet">Nothing fits.</p>}
    </>
  );
}
