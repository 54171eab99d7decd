/** Finds the view that an address names. */

import type { Route } from "./routes.ts";

type Place = { route: Route | null; params: Record<string, string>; query: URLSearchParams };

/**
 * @param routes the first that fits is taken
 * @returns `route` is null where there is no such page
 */
export function match(routes: Route[], path: string, query: URLSearchParams): Place {
  const parts = path.replace(/(.)\/$/, "$1").split("/");
  for (const route of routes) {
    const [pattern = "", asked] = route.path.split("?");
    const params = paramsOf(pattern.split("/"), parts);
    if (params && (!asked || asked === query.toString())) return { route, params, query };
  }
  return { route: null, params: {}, query };
}

/** @returns null where they do not fit */
function paramsOf(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":") && part) params[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  return params;
}

function decoded(part: string) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone percent sign
  }
}
