/**
 * The command palette: go to a view, do something, or find an expense, a client, a claim or an entry
 * of the bank, by a few letters.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon.tsx";
import { capsOf, isPaletteShown, showHelp } from "../shortcuts.ts";
import { companies, refreshCompanies, switchTo } from "../state/companies.ts";
import { may } from "../state/session.ts";
import { go } from "./address.ts";
import { above } from "./router.ts";
import { FEATURES, isOffered, ROUTES } from "./routes.ts";
import { keepRecent, recent } from "../state/recent.ts";
import { beginsNearly } from "../values/near.ts";
import { monthsFound, useFound } from "./palette-finds.ts";
import { t } from "../words.ts";
import type { Place } from "./palette-finds.ts";

type Command = {
  title: string;
  /** where several may have one title */
  id?: string;
  /** what it does, where it does not lead anywhere */
  act?: () => void;
  /** where it leads */
  href?: string;
  /** it is not offered first the next time */
  isPassing?: boolean;
  icon?: string | undefined;
  key?: string | undefined;
  about?: string | undefined;
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
      href: route.path,
      icon: route.icon ?? above(route).find(({ icon }) => icon)?.icon,
      key: route.key && `g ${route.key}`,
      about: above(route)
        .map(({ title }) => title)
        .join(" › "),
      words: route.path.replaceAll("/", " "),
    })),
    ...ACTS.filter(({ needs }) => !needs || may(needs)),
    ...otherCompanies(),
  ];
}

function otherCompanies(): Command[] {
  const others = companies.value?.items.filter(({ isPresent }) => !isPresent) ?? [];
  return others.map((company) => ({
    id: company.id,
    title: t`Switch to ${company.name}`,
    act: () => void switchTo(company),
    icon: "right",
    words: "company",
  }));
}

const wordsOf = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);

/** How many are offered before anything is typed. */
const MOST_RECENT = 6;

/**
 * What was opened here before comes first, then what begins with what is typed, then the rest of
 * views and acts, and those that have one letter wrong. Behind them stands what was found.
 */
function offered(typed: string, found: Place[]): Command[] {
  const wanted = wordsOf(typed).filter(Boolean);
  const all = commands();
  const known = opened(all);
  if (wanted.length === 0) return once([...known.slice(0, MOST_RECENT), ...all]);
  const own = known
    .filter((each) => fits(each, wanted))
    .sort((one, other) => other.times - one.times);
  const near = all.filter((each) => fits(each, wanted));
  const exact = near.filter((each) => fits(each, wanted, (word, typed) => word.startsWith(typed)));
  const begins = exact.filter(({ title }) => title.toLowerCase().startsWith(wanted[0] ?? ""));
  const views = [...own, ...begins, ...exact, ...near];
  if (!may("own")) return once(views);
  const q = typed.trim();
  const search = {
    title: t`Search expenses for “${q}”`,
    href: `/expenses?${new URLSearchParams({ q })}`,
    icon: "search",
    isPassing: true,
  };
  return once([...views, ...monthsFound(q), ...found, search]);
}

/** Whether each typed word begins a word of it. */
function fits({ title, about, words }: Command, wanted: string[], begins = beginsNearly) {
  const there = wordsOf(`${title} ${about ?? ""} ${words ?? ""}`);
  return wanted.every((typed) => there.some((word) => begins(word, typed)));
}

/** What was opened before and may be opened still, the last first. */
function opened(all: Command[]): (Command & { times: number })[] {
  return recent().flatMap((each) => {
    const view = all.find(({ href }) => href === each.href);
    const isGone = !view && ROUTES.some(({ path }) => path === each.href);
    return isGone ? [] : [{ ...each, ...view, times: each.times }];
  });
}

const keyOf = ({ id, href, title }: Command) => id ?? href ?? title;

/** Each the first time that it stands there. */
function once(all: Command[]): Command[] {
  const kept = new Map<string, Command>();
  for (const each of all) if (!kept.has(keyOf(each))) kept.set(keyOf(each), each);
  return [...kept.values()];
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
  // What is answered later does not move what somebody chose; nobody chose the first.
  const [chosen, choose] = useState<string | null>(null);
  const list = useRef<HTMLUListElement | null>(null);
  const found = useFound(typed);
  useEffect(() => void refreshCompanies(), []);
  const options = offered(typed, found);
  const at = Math.max(
    0,
    options.findIndex((each) => keyOf(each) === chosen),
  );
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    const { title, href, icon, about, act, isPassing } = command;
    onDone();
    if (href && !isPassing) keepRecent({ title, href, icon, about });
    if (href) go(href);
    else act?.();
  };
  const move = (to: number) => choose(options[to] ? keyOf(options[to]) : null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move((at + step + options.length) % Math.max(1, options.length));
    else if (event.key === "Enter") run(options[at]);
    // Closed here rather than by the dialogue, whose event would come behind the next Ctrl+K.
    else if (event.key === "Escape") onDone();
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) onDone();
    else return;
    event.preventDefault();
  };
  const onInput = (event: Event) => {
    type((event.target as HTMLInputElement).value);
    choose(null);
  };
  return (
    <>
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Find a page, an act or a thing"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={options.length > 0 ? `palette-${at}` : undefined}
          autocomplete="off"
          spellcheck={false}
          autofocus
          placeholder="Find a page, an expense, a client …"
          value={typed}
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul role="listbox" id="palette-list" aria-label="What fits" ref={list}>
        {options.map((command, index) => (
          <li
            key={keyOf(command)}
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
