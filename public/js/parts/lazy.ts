/** A part that is loaded when it is first shown. */

import { h } from "preact";
import { useEffect, useState } from "preact/hooks";

import { report } from "../state/report.ts";
import type { ComponentType, VNode } from "preact";

/** @returns shows nothing until it is there */
export function lazy<Props>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => VNode<any> | null {
  let loaded: ComponentType<any> | null = null;
  return function Lazy(props) {
    const [, setThere] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      fetchable()
        .then(load)
        .then((component) => {
          loaded = component;
          setThere(true);
        }, report);
    }, []);
    return loaded && h(loaded, props);
  };
}

/**
 * As soon as parts can be fetched. A browser remembers one that could not be, and gives it no more
 * until the page is loaded again.
 */
export async function fetchable() {
  if (navigator.onLine || navigator.serviceWorker?.controller) return;
  await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
}
