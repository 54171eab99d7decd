/**
 * The inbox: the receipts of this visit first, in the order they were chosen, then the others,
 * newest first.
 */

import { useEffect, useState } from "preact/hooks";

import { address } from "../../shell/address.ts";
import { cameFrom, lastList } from "../../state/lists.ts";
import { lazy } from "../../parts/lazy.ts";
import { loadingText, store, uploads } from "../../state/runs.ts";
import { may } from "../../state/session.ts";
import { pictures } from "../thumbnails.ts";
import { AddStrip, EmptyList } from "./adding.tsx";
import { lists } from "./addresses.ts";
import { Batch } from "./batch.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { rowModels } from "./models.ts";
import { Rows } from "./rows.tsx";
import { Tabs } from "./tabs.tsx";
import { t } from "../../words.ts";
import type { ListName } from "../../state/run-store.ts";

// With parts of the page that are loaded later anyway.
const Bulk = lazy(() =>
  import("../../shell/views/settings.ts").then((module) => module.failed.default),
);
const JustAdded = lazy(() =>
  import("../../shell/views/settings.ts").then((module) => module.justAdded.default),
);
const MINUTE_MS = 60_000;

/** What was chosen in the list of failed ones. */
const NONE: Set<string> = new Set();

export default function Inbox() {
  const name = listNow();
  const [chosen, choose] = useState(NONE);
  const [, setMinute] = useState(0);
  lastList.value = name;
  cameFrom.value = "inbox";
  useEffect(() => {
    document.title = t`Inbox · Tillroll`;
    // "2 min ago" grows old.
    const timer = setInterval(
      () => !document.hidden && setMinute((before) => before + 1),
      MINUTE_MS,
    );
    return () => clearInterval(timer);
  }, []);
  store.version.value;
  uploads.version.value;
  pictures.value;
  const models = rowModels(name, chosen);
  const isLoaded = store.isLoaded(name);
  const isEmpty = isLoaded && models.length === 0;
  const isOfAny = name === "open" || name === "all";
  const hasNoReceipt = isEmpty && isOfAny && hasNone();
  const onSelect = (key: string, isChosen: boolean) =>
    // Of what is chosen by then: rows keep what they were given first.
    choose(
      (before) =>
        new Set(isChosen ? [...before, key] : [...before].filter((other) => other !== key)),
    );
  return (
    <section id="list-view" class="list-view" aria-labelledby="list-title">
      <h1 class="visually-hidden" id="list-title">
        Receipts
      </h1>
      <div class="list-head">
        <Tabs open={name} />
        {may("export") && <ExportMenu />}
      </div>
      {!hasNoReceipt && <AddStrip />}
      <Batch />
      {isOfAny && uploads.items.length > 0 && <JustAdded />}
      {name === "failed" && may("operate") && <Bulk chosen={chosen} onChoose={choose} />}
      {!isLoaded && models.length === 0 && (
        <p class="rows-loading" id="rows-loading">
          {loadingText.value}
        </p>
      )}
      {models.length > 0 && <Rows models={models} onSelect={onSelect} list={name} />}
      {isEmpty && <EmptyList name={name} hasNoReceipt={hasNoReceipt} />}
    </section>
  );
}

/** @returns whether there is no receipt at all */
function hasNone() {
  return store.isLoaded("all") && store.list("all").length === 0 && uploads.items.length === 0;
}

/** @returns that the address names */
function listNow(): ListName {
  const path = address.value.pathname.replace(/(.)\/$/, "$1");
  return (Object.keys(lists) as ListName[]).find((name) => lists[name] === path) ?? "open";
}
