/** Views are loaded when they are first opened. */

import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";

import { fetchable } from "../parts/lazy.ts";
import { report } from "../state/report.ts";
import type { ComponentType } from "preact";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** Those that were. */
const loaded = signal(new Map<Load<any>, ComponentType<any>>());

/** The view, as soon as it is there. */
export function useLoaded<Props>(load: Load<Props> | undefined): ComponentType<Props> | undefined {
  const view = load && loaded.value.get(load);
  useEffect(() => {
    if (load && !view) keepLoaded(load).catch(report);
  }, [load]);
  return view;
}

/** Have a view there before it is opened. */
export async function keepLoaded(load: Load<any>) {
  await fetchable();
  const module = await load();
  loaded.value = new Map(loaded.value).set(load, module.default);
}
