// @ts-check
/** The command palette: go to a view, do something, or search expenses, by a few letters. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.js";

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { signOut } from "../api.js";
import { leaveBy } from "../identity/sign-out.js";
import { Icon } from "../parts/icon.js";
import { chooseFiles } from "../receipts/intake.js";
import { capsOf, isPaletteShown, showHelp } from "../shortcuts.js";
import { may } from "../state/session.js";
import { go } from "./address.js";
import { above } from "./router.js";
import { isOffered, ROUTES } from "./routes.js";
import { monthNamed } from "../values/month-names.js";
import { daysOf } from "../values/period.js";
import { html, locale, t } from "../words.js";

// No part of the palette: what the inbox shows once files were added.
export * as justAdded from "../receipts/inbox/just-added.js";

/** @typedef {{ title: string, act: () => void, icon?: string, key?: string, about?: string, words?: string }} Command */

/** @type {(Command & { needs?: string })[]} */
const ACTS = [
  { title: t`Add receipts`, act: chooseFiles, icon: "plus", key: "a", needs: "submit", words: t`upload new` },
  { title: t`New claim`, act: () => go("/claims"), icon: "claim", needs: "book" },
  { title: t`New payout`, act: () => go("/payouts"), icon: "send", needs: "pay" },
  { title: t`New export`, act: () => go("/exports"), icon: "download", needs: "export" },
  { title: t`Keyboard shortcuts`, act: showHelp, icon: "keyboard", key: "?", words: "help" },
  { title: t`Sign out`, act: () => void leaveBy(signOut), icon: "person" },
];

/** @returns {Command[]} */
function commands() {
  const views = ROUTES.filter((route) => !route.path.includes(":") && !route.isReturn && isOffered(route));
  return [
    ...views.map((route) => ({
      title: route.title,
      act: () => go(route.path),
      icon: route.icon ?? above(route).find(({ icon }) => icon)?.icon,
      key: route.key && `g ${route.key}`,
      about: above(route).map(({ title }) => title).join(" › "),
      words: route.path.replaceAll("/", " "),
    })),
    ...ACTS.filter(({ needs }) => !needs || may(needs)),
  ];
}

/**
 * @param {string} typed
 * @returns {Command[]} those of which each typed word begins a word; what begins with it first
 */
function found(typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands().filter(({ title, about, words }) => {
    const there = `${title} ${about ?? ""} ${words ?? ""}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return wanted.every((word) => there.some((each) => each.startsWith(word)));
  });
  const begins = (/** @type {Command} */ { title }) => title.toLowerCase().startsWith(wanted[0] ?? "");
  const sorted = [...fits.filter(begins), ...fits.filter((each) => !begins(each))];
  if (wanted.length === 0 || !may("read")) return sorted;
  const q = typed.trim();
  return [...sorted, ...ofMonth(q), { title: t`Search expenses for “${q}”`, act: () => go(`/expenses?${new URLSearchParams({ q })}`), icon: "search" }];
}

/** The expenses of a month that is named. @param {string} q @returns {Command[]} */
function ofMonth(q) {
  const month = monthNamed(q);
  if (!month) return [];
  const name = new Date(`${month}-01T00:00Z`).toLocaleDateString(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return [{ title: t`Expenses: ${name}`, act: () => go(`/expenses?${new URLSearchParams(daysOf(month))}`), icon: "coins" }];
}

export default function Palette() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    if (isPaletteShown.value) dialog.current?.showModal();
  }, [isPaletteShown.value]);
  // The event comes later, when it may be open again: also as another dialogue, since this one is gone by then.
  const onClose = () => {
    if (dialog.current && !dialog.current.open) isPaletteShown.value = false;
  };
  const close = () => {
    dialog.current?.close();
    isPaletteShown.value = false;
  };
  // A click beside it is one on the dialogue itself.
  const onClick = (/** @type {Event} */ event) => event.target === dialog.current && close();
  return html`
    <dialog class="palette" aria-label="Go to a view, or do something" ref=${dialog} ...${{ onClose, onClick }}>
      ${isPaletteShown.value && html`<${Search} onDone=${close} />`}
    </dialog>
  `;
}

/** @param {{ onDone: () => void }} props */
function Search({ onDone }) {
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const options = found(typed);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  /** @param {Command | undefined} command */
  const run = (command) => {
    if (!command) return;
    onDone();
    command.act();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move((at + step + options.length) % Math.max(1, options.length));
    else if (event.key === "Enter") run(options[at]);
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) onDone();
    else return;
    event.preventDefault();
  };
  const onInput = (/** @type {Event} */ event) => {
    type(/** @type {HTMLInputElement} */ (event.target).value);
    move(0);
  };
  return html`
    <div class="palette-field">
      <${Icon} name="search" />
      <input
        type="text"
        role="combobox"
        aria-label="Go to a view, do something, or search expenses"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant=${options.length > 0 ? `palette-${at}` : null}
        autocomplete="off"
        spellcheck=${false}
        autofocus
        placeholder="Go to, do, or search expenses …"
        value=${typed}
        ...${{ onInput, onKeyDown }}
      />
    </div>
    <ul role="listbox" id="palette-list" aria-label="What fits" ref=${list}>
      ${options.map(
        (command, index) => html`
          <li
            key=${command.title}
            role="option"
            id=${`palette-${index}`}
            aria-selected=${index === at}
            onPointerMove=${() => move(index)}
            onClick=${() => run(command)}
          >
            ${command.icon ? html`<${Icon} name=${command.icon} />` : html`<span class="icon"></span>`}
            <span>${command.title}</span>
            ${command.about && html`<span class="quiet">${command.about}</span>`}
            ${command.key && html`<span class="palette-keys">${capsOf(command.key).map((cap) => html`<kbd key=${cap}>${cap}</kbd>`)}</span>`}
          </li>
        `,
      )}
    </ul>
    ${options.length === 0 && html`<p class="quiet">Nothing fits.</p>`}
  `;
}
