/** The bar above one thing of a list: the way back, its name and state, and its neighbours. */

import { useEffect } from "preact/hooks";

import { address } from "../shell/address.ts";
import { above } from "../shell/router.ts";
import { ROUTES } from "../shell/routes.ts";
import { trail } from "../state/trail.ts";
import { Icon } from "./icon.tsx";
import { t } from "../words.ts";
import type { ComponentChildren } from "preact";
import type { State } from "../labels.ts";
import type { Crumb } from "../state/trail.ts";

/** The things before and after it in its list */
export interface Neighbours {
  previous: string | null;
  next: string | null;
  /** where it stands among them, in words */
  position: string;
}

export function PageBar({
  home,
  name,
  about = "",
  state,
  title,
  neighbours: { previous, next, position },
  onOpen,
  children,
}: {
  /** the list that it belongs to */
  home: Crumb;
  name: string;
  /** what tells it from others of its name */
  about?: string | undefined;
  /** nothing until it is known */
  state: State | undefined;
  /** gets the focus where what had it is gone */
  title: { current: HTMLHeadingElement | null };
  neighbours: Neighbours;
  onOpen: (id: string | null) => void;
  /** what stands beside its state */
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = name ? `${name} · Tillroll` : t`Tillroll`;
  }, [name]);
  useEffect(() => {
    // The menu marks where it belongs, also once the address has changed in place.
    const [path = ""] = home.path.split("?");
    trail.value = [
      ...above(ROUTES.find((route) => route.path === path) ?? null),
      { path, title: home.title },
    ];
  }, [home.path, address.value]);
  return (
    <div class="run-bar">
      <nav aria-label="Breadcrumbs">
        <a class="run-back" id="run-back" href={home.path} aria-label={home.title}>
          <Icon name="left" />
          <span>{home.title}</span>
        </a>
      </nav>
      <h1 id="run-title" tabindex={-1} ref={title}>
        {name} {about && <span class="quiet">{about}</span>}
      </h1>
      {state && (
        <span class="pill" id="run-status" data-status={state.status}>
          {state.text}
        </span>
      )}
      {children}
      <div class="run-moves" hidden={!previous && !next}>
        <span class="quiet" id="run-position">
          {position}
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label="Previous"
          title="Previous (k)"
          disabled={!previous}
          onClick={() => onOpen(previous)}
        >
          <Icon name="up" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Next"
          title="Next (j)"
          disabled={!next}
          onClick={() => onOpen(next)}
        >
          <Icon name="down" />
        </button>
      </div>
    </div>
  );
}
