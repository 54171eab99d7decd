// @ts-check
/** Which field the user looks at: the one under the pointer, else the one with the focus. */

/** @import { FieldName } from "./api.js" */

export class Attention {
  /** @type {FieldName | null} */
  #pointed = null;
  /** @type {FieldName | null} */
  #focused = null;
  #onChange;

  /** @param {(field: FieldName | null) => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /**
   * @param {HTMLElement} element what shows the field
   * @param {FieldName} field
   */
  watch(element, field) {
    // Moves, and not entering: an element that appears under a pointer at rest is not pointed at.
    element.addEventListener("pointermove", () => this.#set(field, this.#focused));
    element.addEventListener("pointerleave", () => this.#set(null, this.#focused));
    element.addEventListener("focusin", () => this.#set(this.#pointed, field));
    element.addEventListener("focusout", () => this.#set(this.#pointed, null));
  }

  /**
   * @param {FieldName | null} pointed
   * @param {FieldName | null} focused
   */
  #set(pointed, focused) {
    const before = this.#pointed ?? this.#focused;
    this.#pointed = pointed;
    this.#focused = focused;
    const after = pointed ?? focused;
    if (after !== before) this.#onChange(after);
  }
}
