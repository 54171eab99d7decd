/** Views of the table as tabs: those to begin with, and filters that people save under a name. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.ts";
import { Icon } from "../../parts/icon.tsx";
import { lazy } from "../../parts/lazy.ts";
import { Menu } from "../../parts/menu.tsx";
import { go } from "../../shell/address.ts";
import { useRequest } from "../../state/request.ts";
import { may, session } from "../../state/session.ts";
import { addressOf, partsOf } from "../asked.ts";
import { t } from "../../words.ts";
import type { View } from "../../api/types.d.ts";
import type { Asked } from "../asked.ts";

// Asked for by a button.
const ViewDialog = lazy(() => import("./view-dialog.tsx").then((module) => module.ViewDialog));

type Tab = { name: string; at: string; view: View | null };

const ALL = "/expenses";

function starters(): Tab[] {
  return [
    { name: t`All`, at: ALL, view: null },
    { name: t`Needs review`, at: addressOf({ status: ["in_review"] }), view: null },
    { name: t`To approve`, at: addressOf({ status: ["ready"] }), view: null },
    { name: t`No category`, at: addressOf({ missing: ["category"] }), view: null },
  ];
}

function key() {
  return `tillroll.expense-view.${session.value?.user.id ?? ""}`;
}

/** The address of the view that a person opens first, on this device; null for all expenses. */
export function firstView() {
  return localStorage.getItem(key());
}

function openFirst(at: string | null) {
  if (at) localStorage.setItem(key(), at);
  else localStorage.removeItem(key());
}

export function ViewTabs({ asked, understood }: { asked: Asked; understood: Asked | null }) {
  const { answer, again } = useRequest((signal) => get("/api/expense-views", { signal }), []);
  const [edited, edit] = useState<View | "new" | null>(null);
  const [first, setFirst] = useState(firstView());
  const own = (answer?.items ?? []).map((view) => ({
    name: view.name,
    at: addressOfView(view),
    view,
  }));
  const tabs = [...starters(), ...own];
  const what = understood ?? asked;
  const here = addressOf({ ...what, sort: asked.sort === "-date" ? "" : asked.sort });
  const open = tabs.find(({ at }) => at === here);
  const isAsked = partsOf(what).length > 0 || Boolean(what.q);
  const leave = () => edit(null);
  const done = (view: View | null) => {
    leave();
    again();
    if (view) go(addressOfView(view));
    else go(all);
  };
  // Where another view is opened first, its address alone would lead there.
  const all = first ? `${ALL}?sort=-date` : ALL;
  const isFirst = open?.at === (first ?? ALL);
  const onFirst = () => {
    openFirst(isFirst || !open || open.at === ALL ? null : open.at);
    setFirst(firstView());
  };
  const canEdit = open?.view && may("edit") && (open.view.isOwn || may("administer"));
  return (
    <nav class="view-tabs" aria-label="Tabs of the table">
      <ul>
        {tabs.map((tab) => (
          <li key={tab.at}>
            <a
              href={tab.at === ALL ? all : tab.at}
              aria-current={tab === open ? "page" : undefined}
            >
              {tab.name}
            </a>
          </li>
        ))}
      </ul>
      {open && (
        <Menu label="This view">
          {(close: () => void) => (
            <>
              <button
                type="button"
                aria-pressed={isFirst}
                onClick={() => {
                  close();
                  onFirst();
                }}
              >
                {isFirst && <Icon name="check" />}
                <span>Open this view first</span>
              </button>
              {canEdit && (
                <button
                  type="button"
                  onClick={() => {
                    close();
                    edit(open.view);
                  }}
                >
                  Rename, share or delete …
                </button>
              )}
            </>
          )}
        </Menu>
      )}
      {!open && isAsked && may("edit") && (
        <button type="button" class="button small" onClick={() => edit("new")}>
          Save as a view …
        </button>
      )}
      {edited && (
        <ViewDialog
          view={edited === "new" ? null : edited}
          asked={what}
          sort={asked.sort}
          onClose={leave}
          onDone={done}
        />
      )}
    </nav>
  );
}

function addressOfView({ filter, sort }: View) {
  return addressOf({ ...filter, sort: sort === "-date" ? "" : sort });
}
