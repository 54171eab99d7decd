/**
 * What stands around all views: the sidebar at a desk; on a phone, a bar at the top and one at the
 * bottom.
 */

import picture from "../../icon.svg";
import { Icon } from "../parts/icon.tsx";
import { Sheet } from "../parts/sheet.tsx";
import { capsOf, showPalette } from "../shortcuts.ts";
import { may, session } from "../state/session.ts";
import { trail } from "../state/trail.ts";
import { AccountMenu } from "./account-menu.tsx";
import { place } from "./router.ts";
import { FEATURES, isOffered, ROUTES } from "./routes.ts";
import { Slot } from "./slot.tsx";
import { t } from "../words.ts";
import type { Menu, Route } from "./routes.ts";

const HEADS = FEATURES.map(({ Head }) => Head);
const FIRST = FEATURES.map(({ First }) => First);
const IN_BAR = FEATURES.map(({ InBar }) => InBar);

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
        <Slot parts={HEADS} />
      </div>
      <Slot parts={FIRST} />
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

/**
 * The bar at the bottom of a phone. Who hands in and does not decide has what they are owed in place
 * of the inbox: Home says what waits for them.
 */
export function Bar() {
  // All of its buttons come at once: what one aims at does not move.
  if (!session.value) return <nav class="site-bar" aria-label="Views" />;
  const decides = may("approve") || may("ledger") || may("pay");
  const handsIn = may("submit");
  const first = handsIn && !decides ? ["/home", "/expenses"] : ["/home", "/", "/expenses"];
  // Who approves and hands nothing in has that in place of the button that adds.
  const approves = may("approve") && !handsIn;
  const shown = entriesAt([...first, ...(approves ? ["/approvals"] : [])]);
  const behind = handsIn && !decides ? entriesAt(["/my-money"]) : [];
  const rest = entriesOf("work").filter((route) => !shown.includes(route));
  const money = entriesOf("money").filter((route) => !behind.includes(route));
  return (
    <nav class="site-bar" aria-label="Views">
      {shown.map((route) => (
        <Entry key={route.path} route={route} />
      ))}
      <Slot parts={IN_BAR} />
      {behind.map((route) => (
        <Entry key={route.path} route={route} />
      ))}
      {behind.length === 0 && (
        <ViewsSheet id="sheet-money" title="Money" icon="wallet" routes={money} />
      )}
      <ViewsSheet
        id="sheet-more"
        title="More"
        icon="dots"
        routes={[...rest, ...(behind.length > 0 ? money : []), ...entriesOf("system")]}
      />
    </nav>
  );
}

/** What the bar shows, in this order; nothing before it is known who is signed in. */
function entriesAt(paths: string[]) {
  const offered = entriesOf("work", "money");
  return paths.flatMap((path) => offered.find((route) => route.path === path) ?? []);
}

/** A sheet of views. */
function ViewsSheet({
  id,
  title,
  icon,
  routes,
}: {
  id: string;
  title: string;
  icon: string;
  routes: Route[];
}) {
  const isHere = routes.some(({ path }) => path === open());
  return (
    <Sheet id={id} title={title} icon={icon} isHere={isHere}>
      {routes.length > 0 && <Entries routes={routes} />}
    </Sheet>
  );
}
