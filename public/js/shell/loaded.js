// @ts-check
/** Views are loaded when they are first opened. */

import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";

import { fetchable } from "../parts/lazy.js";
import { report } from "../state/report.js";

/** @import { ComponentType } from "preact" */
/** @import { Route, ViewProps } from "./routes.js" */

/** Those that were. @type {import("@preact/signals").Signal<Map<Route["load"], ComponentType<ViewProps>>>} */
const loaded = signal(new Map());

/** The view, as soon as it is there. @param {Route["load"] | undefined} load */
export function useLoaded(load) {
  const view = load && loaded.value.get(load);
  useEffect(() => {
    if (load && !view) keepLoaded(load).catch(report);
  }, [load]);
  return view;
}

/** Have a view there before it is opened. @param {Route["load"]} load */
export async function keepLoaded(load) {
  await fetchable();
  const module = await load();
  loaded.value = new Map(loaded.value).set(load, module.default);
}
