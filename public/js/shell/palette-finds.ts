/** What the command palette finds beside views and acts: things of the account, and months. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { date, money } from "../format.ts";
import { report } from "../state/report.ts";
import { may } from "../state/session.ts";
import { monthInWords, monthNamed } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { t } from "../words.ts";
import type { FoundThing } from "../api/types.d.ts";

export interface Place {
  title: string;
  href: string;
  icon: string;
  about?: string;
}

// As long as people pause between two words, rather than between two letters.
const PAUSE_MS = 200;
const FEWEST_LETTERS = 2;
const MOST_LETTERS = 100;

const KINDS: Record<FoundThing["kind"], { says: string; icon: string; path: string }> = {
  expense: { says: t`Expense`, icon: "coins", path: "/expenses" },
  client: { says: t`Client`, icon: "person", path: "/clients" },
  invoice: { says: t`Invoice`, icon: "claim", path: "/claims" },
  entry: { says: t`Bank`, icon: "bank", path: "/bank/entries" },
};

/** Asks once somebody pauses. What is answered to other letters than stand there is not shown. */
export function useFound(typed: string): Place[] {
  const wanted = typed.trim().slice(0, MOST_LETTERS);
  const [answer, setAnswer] = useState<{ asked: string; found: Place[] } | null>(null);
  useEffect(() => {
    if (wanted.length < FEWEST_LETTERS) return undefined;
    const asking = new AbortController();
    const { signal } = asking;
    const ask = async () => {
      try {
        const { items } = await get("/api/search", { query: { q: wanted }, signal });
        if (!signal.aborted) setAnswer({ asked: wanted, found: items.map(placeOf) });
      } catch (error) {
        if (!signal.aborted) report(error);
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [wanted]);
  return answer?.asked === wanted ? answer.found : [];
}

function placeOf({ kind, id, title, number, day, amount, currency }: FoundThing): Place {
  const { says, icon, path } = KINDS[kind];
  const sum = amount && money(amount, currency ?? "");
  return {
    title: [number, title].filter(Boolean).join(" ") || says,
    href: `${path}/${id}`,
    icon,
    about: [says, day && date(day), sum].filter(Boolean).join(" · "),
  };
}

/** The pages of a month that is named. */
export function monthsFound(typed: string): Place[] {
  const month = monthNamed(typed);
  if (!month) return [];
  const name = monthInWords(month);
  const expenses = {
    title: t`Expenses: ${name}`,
    href: `/expenses?${new URLSearchParams(daysOf(month))}`,
    icon: "coins",
  };
  const ending = { title: t`Month: ${name}`, href: `/months/${month}`, icon: "calendar" };
  return may("export") ? [expenses, ending] : [expenses];
}
