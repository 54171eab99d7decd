/**
 * The audit: who did what, to which thing, and when; searched by person, thing, action and day;
 * and its seals.
 */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { date } from "../format.ts";
import { DayFilter, Field, SelectField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { Empty, View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { usePages, useRequest } from "../state/request.ts";
import { HEAD, row } from "./entries.tsx";
import { Seals } from "./seals.tsx";
import { thingOf } from "./words.tsx";
import { t } from "../words.ts";
import type { Thing } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

type Asked = {
  person: string;
  about: string;
  name: string;
  action: string;
  from: string;
  to: string;
  all: string;
};

const PAGE = 50;
const NAMES = ["person", "about", "name", "action", "from", "to", "all"] as const;
const SEARCH_AFTER_MS = 250;

export default function Audit({ query }: ViewProps) {
  const asked = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])) as Asked;
  const change = (changed: Partial<Asked>) =>
    go(addressOf({ ...asked, ...changed }), { replace: true });
  const { name, all, ...sent } = asked;
  // An action that a person chooses is shown, also where Tillroll did it by itself.
  const isWhole = all !== "" || sent.action !== "";
  const pages = usePages(
    (cursor, signal) =>
      get("/api/audit/entries", {
        query: { ...sent, notes: isWhole, limit: PAGE, cursor },
        signal,
      }),
    [JSON.stringify(sent), isWhole],
  );
  const isNarrowed = Object.values(sent).some(Boolean);
  const empty = pages.hasMore ? (
    <p>
      <button type="button" class="button" onClick={pages.more}>
        Search earlier entries
      </button>
    </p>
  ) : (
    <Empty icon="search" title="No entry matches">
      <p>Choose less, or other days.</p>
    </Empty>
  );
  return (
    <View title="Audit">
      <Seals />
      <search class="card audit-search" aria-label="Search the audit">
        <Choice asked={asked} onChange={change} />
        {isNarrowed && (
          <button
            type="button"
            class="button small"
            onClick={() => go(all ? "/audit?all=1" : "/audit", { replace: true })}
          >
            Clear all
          </button>
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={all !== ""}
            onChange={() => change({ all: all ? "" : "1" })}
          />
          <span>Show all: also what Tillroll did by itself</span>
        </label>
      </search>
      <PagedList pages={pages} label="Entries of the audit" head={HEAD} row={row} empty={empty} />
    </View>
  );
}

function addressOf(asked: Asked) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return query.size > 0 ? `/audit?${query}` : "/audit";
}

function Choice({
  asked,
  onChange,
}: {
  asked: Asked;
  onChange: (changed: Partial<Asked>) => void;
}) {
  const people = useRequest((signal) => get("/api/people", { signal }), []).answer?.items ?? [];
  const actions =
    useRequest((signal) => get("/api/audit/actions", { signal }), []).answer?.items ?? [];
  const persons = [
    { value: "", label: t`Anyone` },
    ...people.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const acts = [
    { value: "", label: t`Anything` },
    ...actions.map(({ action, says }) => ({ value: action, label: says })),
  ];
  return (
    <div class="fields-row audit-choice">
      <SelectField
        label="Person"
        value={asked.person}
        options={persons}
        onValue={(person: string) => onChange({ person })}
      />
      <SelectField
        label="Action"
        value={asked.action}
        options={acts}
        onValue={(action: string) => onChange({ action })}
      />
      <About asked={asked} onChange={onChange} />
      <DayFilter label="From" value={asked.from} onDay={(from: string) => onChange({ from })} />
      <DayFilter label="To" value={asked.to} onDay={(to: string) => onChange({ to })} />
    </div>
  );
}

/** A thing by its name: what is typed offers those that there are. */
function About({ asked, onChange }: { asked: Asked; onChange: (changed: Partial<Asked>) => void }) {
  const [text, type] = useState(asked.name);
  const [found, setFound] = useState<Thing[]>([]);
  useEffect(() => type(asked.name), [asked.name]);
  useEffect(() => {
    if (text.trim().length < 2 || text === asked.name) return setFound([]);
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      const page = await get("/api/audit/things", {
        query: { q: text.trim() },
        signal: asking.signal,
      }).catch(() => null);
      if (page && !asking.signal.aborted) setFound(page.items);
    }, SEARCH_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text]);
  const onInput = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    type(value);
    if (value === "" && asked.about) onChange({ about: "", name: "" });
  };
  const choose = (thing: Thing) => {
    setFound([]);
    onChange({ about: thing.id, name: thing.name });
  };
  const onKeyDown = (event: KeyboardEvent) =>
    void (event.key === "Enter" && found[0] && choose(found[0]));
  return (
    <>
      <Field label="About (merchant or payer)">
        {(given: Record<string, unknown>) => (
          <input
            type="search"
            autocomplete="off"
            value={text}
            onInput={onInput}
            onKeyDown={onKeyDown}
            {...given}
          />
        )}
      </Field>
      {found.length > 0 && (
        <ul class="audit-things" aria-label="Found">
          {found.map((thing) => (
            <li key={thing.id}>
              <button type="button" class="button small" onClick={() => choose(thing)}>
                {thingOf(thing)}
                {thing.day ? `, ${date(thing.day)}` : ""}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
