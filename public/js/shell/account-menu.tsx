/** The account's menu: who is signed in, their companies, the settings, the keys, and what features add. */

import { useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon.tsx";
import { showHelp } from "../shortcuts.ts";
import { session } from "../state/session.ts";
import { FEATURES } from "./routes.ts";
import type { TargetedToggleEvent } from "preact";

const ACTS = FEATURES.flatMap(({ acts = [] }) => acts.filter(({ isOfAccount }) => isOfAccount));

const PARTS = FEATURES.flatMap(({ InAccountMenu }) => InAccountMenu ?? []);

export function AccountMenu() {
  // What features add is drawn anew whenever the menu opens, so that it is of now.
  const [openings, setOpenings] = useState(0);
  const menu = useRef<HTMLDivElement | null>(null);
  const { user, account } = session.value ?? {};
  const close = () => menu.current?.hidePopover();
  const help = () => {
    close();
    showHelp();
  };
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) => {
    if (event.newState === "open") setOpenings(openings + 1);
  };
  return (
    <>
      <button type="button" class="side-account" popovertarget="account-menu" title="Account">
        <Icon name="person" class="only-desk" />
        <Icon name="down" class="only-phone" />
        <span class="visually-hidden">Account:</span>
        <span class="side-label account" id="account-name">
          {account?.name}
        </span>
      </button>
      <div
        class="menu account-menu"
        id="account-menu"
        popover="auto"
        ref={menu}
        onToggle={onToggle}
      >
        <p>
          <strong id="user-name">{user?.name}</strong>
          <span class="quiet">{account?.name}</span>
        </p>
        {openings > 0 && PARTS.map((Part) => <Part key={openings} />)}
        <a href="/settings" onClick={close}>
          Settings
        </a>
        <button type="button" class="only-fine" onClick={help}>
          Keyboard shortcuts <kbd>?</kbd>
        </button>
        {ACTS.map(({ title, act }) => (
          <button
            type="button"
            key={title}
            onClick={() => {
              close();
              act();
            }}
          >
            {title}
          </button>
        ))}
      </div>
    </>
  );
}
