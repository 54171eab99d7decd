/** The menu of the settings: beside the open one at a desk, a list above the first on a phone. */

import { useState } from "preact/hooks";

import { place } from "./router.ts";
import { isOffered, ROUTES } from "./routes.ts";
import { t } from "../words.ts";

const FIRST = { path: "/settings", title: t`Company` };

export function SettingsMenu() {
  const here = place.value.route?.path;
  // A phone has it folded, until the next page.
  const [openAt, open] = useState<string | undefined>("");
  const isOpen = openAt === here;
  const entries = [
    FIRST,
    ...ROUTES.filter((route) => route.menu === "settings" && isOffered(route)),
  ];
  return (
    <nav
      class="settings-menu"
      aria-label="Settings"
      data-first={here === FIRST.path}
      data-open={isOpen}
    >
      <button
        type="button"
        class="button only-phone"
        aria-expanded={isOpen}
        onClick={() => open(isOpen ? "" : here)}
      >
        All settings
      </button>
      <ul>
        {entries.map(({ path, title }) => (
          <li key={path}>
            <a href={path} aria-current={path === here ? "page" : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
