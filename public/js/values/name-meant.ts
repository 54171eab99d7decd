/** Which name a typed text means, among those in use: of a category, of a client. */

export interface Meant {
  /** empty where nothing is typed */
  name: string;
  /** none in use is called so, or begins so */
  isNew: boolean;
  /** of several that begin so none is meant; empty where one is */
  several: string[];
}

/** @param known the names in use */
export function nameMeant(typed: string, known: readonly string[]): Meant {
  const text = typed.trim();
  const small = text.toLowerCase();
  const same = known.find((each) => each.toLowerCase() === small);
  if (text === "" || same !== undefined) return { name: same ?? "", isNew: false, several: [] };
  const beginning = known.filter((each) => each.toLowerCase().startsWith(small));
  const [only] = beginning;
  if (only !== undefined && beginning.length === 1)
    return { name: only, isNew: false, several: [] };
  return { name: text, isNew: beginning.length === 0, several: beginning };
}
