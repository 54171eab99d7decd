/** The address, and the ways to another one. Links are plain `<a href="/…">`. It knows no page. */

import { signal } from "@preact/signals";

/** The address that is open. */
export const address = signal(new URL(location.href));

/** Whether it was come to by a link or a key, so that the focus moves to its heading. */
export const wasLedHere = signal(false);

/** How far each page was scrolled when it was left, by its path. */
const scrolls: Map<string, number> = new Map();

export function scrollOf(path: string) {
  return scrolls.get(path) ?? 0;
}

/**
 * Go to an address of the app.
 *
 * @param href such as `/expenses?currency=EUR`
 * @param options `replace` leaves no entry in the history: for what is typed into a filter
 */
export function go(href: string, { replace = false }: { replace?: boolean } = {}) {
  if (!replace) scrolls.set(location.pathname, scrollY);
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  wasLedHere.value = !replace;
  address.value = new URL(location.href);
  if (!replace) scrollTo({ top: 0, behavior: "instant" });
}

/** Take over links within the app, and the browser's own buttons. */
export function listenToAddress() {
  addEventListener("popstate", () => {
    wasLedHere.value = true;
    address.value = new URL(location.href);
  });
  document.addEventListener("click", (event) => {
    const href = ownLink(event);
    if (!href) return;
    event.preventDefault();
    go(href);
  });
}

/** @returns the address within the app that a plain click leads to */
function ownLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download"))
    return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin || /^\/(api\/|sign-in)/.test(url.pathname)) return null;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return null;
  return url.pathname + url.search;
}
