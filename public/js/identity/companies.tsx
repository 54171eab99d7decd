/** The person's companies in the account's menu: one click goes on in another. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { useEffect, useState } from "preact/hooks";

import { Icon } from "../parts/icon.tsx";
import { companies, refreshCompanies, switchTo } from "../state/companies.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { TargetedMouseEvent } from "preact";
import type { Company } from "../api/types.d.ts";

/** More than are taken in at a glance are searched. */
const MOST_UNSEARCHED = 7;

/** The menu that it stands in stays open otherwise. */
function closeMenu(event: TargetedMouseEvent<HTMLElement>) {
  event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
}

export function MyCompanies() {
  const [typed, type] = useState("");
  const [isBusy, whileBusy] = useBusy();
  useEffect(() => void refreshCompanies(), []);
  const known = companies.value;
  if (!known) return null;
  const { items, lacks } = known;
  // Who has no confirmed address has nothing by which other companies would be known.
  if (lacks === "link") return <a href="/sign-in">Other companies: sign in by a mailed link</a>;
  if (items.length < 2) return null;
  const wanted = typed.trim().toLowerCase();
  const shown = items.filter(({ name }) => name.toLowerCase().includes(wanted));
  const go = async (company: Company) => {
    return whileBusy(async () => {
      await switchTo(company);
    });
  };
  const onInput = (event: Event) => type((event.target as HTMLInputElement).value);
  return (
    <section aria-label="My companies" class="companies">
      {items.length > MOST_UNSEARCHED && (
        <input
          type="search"
          aria-label="Find a company"
          placeholder="Find a company"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={onInput}
        />
      )}
      <ul>
        {shown.map((company) => (
          <li key={company.id}>
            <button
              type="button"
              disabled={isBusy}
              aria-current={company.isPresent ? "true" : undefined}
              title={company.isPresent ? undefined : t`Switch to ${company.name}`}
              onClick={() => !company.isPresent && void go(company)}
            >
              {company.isPresent ? <Icon name="check" /> : <span class="icon" />}
              <span>{company.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="quiet">No company of yours has this in its name.</p>}
      <a href="/companies" onClick={closeMenu}>
        What waits in each
      </a>
      <p class="quiet">Your operator adds a company.</p>
    </section>
  );
}
