/** The search of the API's own page: by path, field or word. It works in the page, without a server. */

export interface Part {
  /** all that the part says, folded */
  text: string;
  show: (isShown: boolean) => void;
}

/** @returns the text as it is compared: case and signs between words make no difference */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** @returns whether a part has every word that is asked for, anywhere */
export function matches(text: string, asked: string): boolean {
  return folded(asked)
    .split(" ")
    .every((word) => text.includes(word));
}

/** Show the parts that match, or all where nothing is asked for. @returns how many are shown */
export function narrow(parts: Part[], asked: string): number {
  let shown = 0;
  for (const part of parts) {
    const isShown = asked.trim() === "" || matches(part.text, asked);
    part.show(isShown);
    if (isShown) shown += 1;
  }
  return shown;
}
