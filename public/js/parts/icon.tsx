/** Symbols, which are decorative: the text beside them, or a label, says what they mean. */

import icons from "../../icons.svg";

/** `name` is a symbol of icons.svg */
export function Icon({ name, class: more }: { name: string; class?: string }) {
  return (
    <svg class={more ? `icon ${more}` : "icon"} aria-hidden="true">
      <use href={icon(name)} />
    </svg>
  );
}

/** The address of a symbol of icons.svg. */
export function icon(name: string) {
  return `${icons}#${name}`;
}

/** Something is under way. */
export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}
