/**
 * The frame around all views: the navigation, the keys that act anywhere, and the place where the
 * open view is.
 */

import { useEffect } from "preact/hooks";

import { CurrencyOptions } from "../parts/currency-options.tsx";
import { otherAccount } from "../session.ts";
import {
  ANYWHERE,
  declareKeys,
  GO_TO,
  isHelpShown,
  isPaletteShown,
  showHelp,
  showPalette,
} from "../shortcuts.ts";
import { loadingText, sync } from "../state/runs.ts";
import { useSeenAgain } from "../state/seen-again.ts";
import { may, session } from "../state/session.ts";
import { openNewVersion } from "../state/version.ts";
import { NoSuchPage } from "./no-such-page.tsx";
import { NotYours } from "./not-yours.tsx";
import { go } from "./address.ts";
import { useLoaded } from "./loaded.ts";
import { place } from "./router.ts";
import { FEATURES, isOffered, ROUTES } from "./routes.ts";
import { SettingsMenu } from "./settings-menu.tsx";
import { Bar, Side } from "./side.tsx";
import { Slot } from "./slot.tsx";
import { t } from "../words.ts";

const ANYWHERE_PARTS = FEATURES.map(({ Anywhere }) => Anywhere);
const KEYED = FEATURES.flatMap(({ acts = [] }) => acts.filter(({ key }) => key));

/** The keys of what features have for every page, by their titles. */
const KEYS: Record<string, [string, string]> = Object.fromEntries(
  KEYED.map(({ title, key = "" }) => [title, [key, title]]),
);
const useKeys = declareKeys(ANYWHERE, {
  palette: ["Mod+k", t`Go to a view, or do something`],
  search: ["/", t`Search`],
  ...KEYS,
  help: ["?", t`This help`],
});
const WAYS: Record<string, [string, string]> = Object.fromEntries(
  ROUTES.flatMap(({ path, title, key }) => (key ? [[path, [`g ${key}`, title]]] : [])),
);
const useWays = declareKeys(GO_TO, WAYS);

const loadHelp = () => import("./help.tsx");
export const loadPalette = () => import("./palette.tsx");

/**
 * Before the page knows who is signed in, no key is lost: what it leads to says then whether they
 * may.
 */
const isAllowed = (may: boolean) => !session.value || may;

/** The whole page. */
export function Shell() {
  const Palette = useLoaded(isPaletteShown.value ? loadPalette : undefined);
  const Help = useLoaded(isHelpShown.value ? loadHelp : undefined);
  useKeys({
    palette: showPalette,
    search: () =>
      (document.querySelector("main input[type=search]") as HTMLElement | null)?.focus(),
    ...Object.fromEntries(
      KEYED.map(({ title, act, needs }) => [title, () => isAllowed(!needs || may(needs)) && act()]),
    ),
    help: showHelp,
  });
  useWays(
    Object.fromEntries(
      ROUTES.filter(({ path }) => path in WAYS).map((route) => [
        route.path,
        () => isAllowed(isOffered(route)) && go(route.path),
      ]),
    ),
  );
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <Side />
      <OtherAccount />
      {sync.isLost.value && (
        <p class="connection" id="connection" role="status">
          The connection is lost. Trying again …
        </p>
      )}
      <NewVersion />
      <main id="main">
        <Outlet />
      </main>
      <CurrencyOptions />
      <Slot parts={ANYWHERE_PARTS} />
      <Bar />
      {Palette && <Palette />}
      {Help && <Help />}
    </>
  );
}

function OtherAccount() {
  if (!otherAccount.value) return null;
  return (
    <div class="connection" id="other-account" role="alert">
      <p>{otherAccount.value}</p>
      <button type="button" class="button small" onClick={() => location.reload()}>
        Load again
      </button>
    </div>
  );
}

function NewVersion() {
  const open = openNewVersion.value;
  if (!open) return null;
  return (
    <div class="connection" id="new-version" role="status">
      <p>A new version is ready.</p>
      <button type="button" class="button small" onClick={open}>
        Reload
      </button>
    </div>
  );
}

const QUIET_AFTER_MS = 2_000;

/** The open view. */
function Outlet() {
  const { route, params, query } = place.value;
  const View = useLoaded(route?.load);
  useEffect(() => {
    for (const { onView } of FEATURES) onView?.();
    // The view's own requests come first.
    const timer = setTimeout(() => {
      for (const { onViewQuiet } of FEATURES) onViewQuiet?.();
    }, QUIET_AFTER_MS);
    return () => clearTimeout(timer);
  }, [route, session.value]);
  useSeenAgain(() => {
    for (const { onView, onViewQuiet } of FEATURES) {
      onView?.();
      onViewQuiet?.();
    }
  });
  if (!route) return <NoSuchPage />;
  // Requests are bound to the account, so views wait until it is known.
  if (!View || !session.value) return <p class="view-loading">{loadingText.value}</p>;
  const isOpen = !route.needs || route.needs.some(may);
  const view = isOpen ? (
    <View params={params} query={query} />
  ) : (
    <NotYours title={route.title} needs={route.needs ?? []} />
  );
  return route.path.startsWith("/settings") ? (
    <div class="settings">
      <SettingsMenu />
      {view}
    </div>
  ) : (
    view
  );
}
