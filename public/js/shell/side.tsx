/**
 * What stands around all views: the sidebar at a desk; on a phone, a bar at the top and one at the
 * bottom.
 */

import { useRef } from "preact/hooks";

import picture from "../../icon.svg";
import { NoticeMenu } from "../notifications/menu.tsx";
import { Icon } from "../parts/icon.tsx";
import { chooseFiles, takePhoto, SHEET_ID } from "../receipts/intake.ts";
import { WhoPaysNext } from "../receipts/payer.tsx";
import { capsOf, showPalette } from "../shortcuts.ts";
import { may, session } from "../state/session.ts";
import { trail } from "../state/trail.ts";
import { AccountMenu } from "./account-menu.tsx";
import { place } from "./router.ts";
import { isOffered, ROUTES } from "./routes.ts";
import { t } from "../words.ts";
import type { ComponentChildren } from "preact";
import type { Menu, Route } from "./routes.ts";

/** The menu entry of the open view. */
function open() {
  return trail.value[0]?.path ?? place.value.route?.path;
}

function entriesOf(...menus: Menu[]) {
  return session.value
    ? ROUTES.filter((route) => route.menu && menus.includes(route.menu) && isOffered(route))
    : [];
}

export function Side() {
  return (
    <header class="site-side">
      <div class="side-head">
        <a class="brand" href="/" aria-label="Tillroll">
          <img src={picture} alt="" width="24" height="24" />
          <span class="side-label">Tillroll</span>
        </a>
        <NoticeMenu />
      </div>
      {may("submit") && (
        <button
          type="button"
          class="button primary side-add"
          id="choose-button"
          title="Add receipts (a)"
          onClick={chooseFiles}
        >
          <Icon name="plus" />
          <span class="side-label">Add receipts</span>
        </button>
      )}
      <button
        type="button"
        class="side-search"
        title={t`Search or go to (${capsOf("Mod+k").join(" ")})`}
        onClick={showPalette}
      >
        <Icon name="search" />
        <span class="side-label">Search</span>
        <kbd class="side-label">{capsOf("Mod+k").join(" ")}</kbd>
      </button>
      <nav class="side-views" aria-label="Views">
        <Entries routes={entriesOf("work", "money")} />
        <Entries routes={entriesOf("system")} />
      </nav>
      <AccountMenu />
    </header>
  );
}

function Entries({ routes }: { routes: Route[] }) {
  return (
    <ul>
      {routes.map((route) => (
        <li key={route.path}>
          <Entry route={route} />
        </li>
      ))}
    </ul>
  );
}

function Entry({ route: { path, title, icon, key, count } }: { route: Route }) {
  const waiting = count?.();
  return (
    <a
      href={path}
      title={key && `${title} (g ${key})`}
      aria-current={path === open() ? "page" : undefined}
    >
      {icon && <Icon name={icon} />}
      <span class="side-label">{title}</span>
      {waiting && (
        <>
          {" "}
          <span class="side-count">
            {waiting}
            <span class="visually-hidden"> to do</span>
          </span>
        </>
      )}
    </a>
  );
}

/** The bar at the bottom of a phone. */
export function Bar() {
  // Who approves and hands nothing in has that in place of the button that adds.
  const approves = may("approve") && !may("submit");
  const shown = ["/", "/expenses", ...(approves ? ["/approvals"] : [])].map((path) =>
    ROUTES.find((route) => route.path === path),
  );
  const [inbox, expenses, approvals] = shown;
  const rest = entriesOf("work").filter((route) => !shown.includes(route));
  return (
    <nav class="site-bar" aria-label="Views">
      {inbox && <Entry route={inbox} />}
      {expenses && <Entry route={expenses} />}
      {approvals && <Entry route={approvals} />}
      {may("submit") && (
        <Sheet id={SHEET_ID} title="Add" icon="camera" act={takePhoto}>
          <div class="sheet-payer" onClick={(event: Event) => event.stopPropagation()}>
            <WhoPaysNext />
          </div>
          <button type="button" onClick={takePhoto}>
            <Icon name="camera" />
            Take a photo
          </button>
          <button type="button" onClick={chooseFiles}>
            <Icon name="upload" />
            Choose files
          </button>
          <a href="/expenses/new">
            <Icon name="pencil" />
            Add the expense by hand
          </a>
        </Sheet>
      )}
      <Sheet id="sheet-money" title="Money" icon="wallet" routes={entriesOf("money")} />
      <Sheet id="sheet-more" title="More" icon="more" routes={[...rest, ...entriesOf("system")]} />
    </nav>
  );
}

/**
 * A button of the bar, and what it opens above it. `act` is done at once: what it opens shows
 * behind that.
 */
function Sheet({
  id,
  title,
  icon,
  routes = [],
  act,
  children,
}: {
  id: string;
  title: string;
  icon: string;
  routes?: Route[];
  act?: () => void;
  children?: ComponentChildren;
}) {
  const sheet = useRef<HTMLDivElement | null>(null);
  const tap = () => {
    if (!sheet.current?.matches(":popover-open")) act?.(); // a second tap closes it
  };
  const isOpen = routes.some(({ path }) => path === open());
  return (
    <>
      <button
        type="button"
        class={act ? "is-primary" : undefined}
        popovertarget={id}
        data-open={isOpen}
        onClick={tap}
      >
        <Icon name={icon} />
        <span>{title}</span>
      </button>
      <div
        class="menu sheet"
        id={id}
        popover="auto"
        ref={sheet}
        onClick={() => sheet.current?.hidePopover()}
      >
        {children}
        {routes.length > 0 && <Entries routes={routes} />}
      </div>
    </>
  );
}
