/** Sentences of the Worker without what they say to programs. */

// A sentence that begins with a route, or what of one stands behind a colon or a semicolon and
// names a route.
const ROUTE =
  /(?:^|(?<=[.!?]) )[^:;.]*?(?:[A-Z]{3,6} )?\/api\/(?:\S*[^\s.])?[^.]*\.?|[:;][^:;]*?\/api\/(?:\S*[^\s.])?[^.]*/g;

/**
 * What the Worker says, for people: programs are told the route that does something about it, the
 * page has a button.
 *
 * @returns the text itself where nothing else is in it
 */
export function withoutRoutes(text: string): string {
  return text.replace(ROUTE, "").trim() || text;
}
