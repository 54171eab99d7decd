// @ts-check
/** Draws the places of the page that index.html names, each again only when what it shows has changed. */

import { byId } from "./dom.js";

export class Drawing {
  /** What is drawn in each place, so that nothing is drawn again, and no typing lost, for no change. @type {Map<string, string>} */
  #drawn = new Map();

  /**
   * @param {string} place id of the element
   * @param {unknown} depends what the drawing depends on, as JSON
   * @param {() => Node | (Node | null)[] | null} build
   */
  draw(place, depends, build) {
    const signature = JSON.stringify(depends);
    if (this.#drawn.get(place) === signature) return;
    this.#drawn.set(place, signature);
    const built = build();
    const nodes = Array.isArray(built) ? built : [built];
    byId(place, HTMLElement).replaceChildren(...nodes.filter((node) => node !== null));
  }

  /** Empty all places that were drawn. */
  clear() {
    for (const place of this.#drawn.keys()) byId(place, HTMLElement).replaceChildren();
    this.#drawn.clear();
  }
}
