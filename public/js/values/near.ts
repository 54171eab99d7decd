/**
 * Words that are meant although one letter of them is wrong: another letter, one too many, one too
 * few, or two neighbours that changed places. The server looks for things by the same rule.
 */

/** Shorter words are near to too many others. */
const SHORTEST_GUESS = 4;

/**
 * It takes time in proportion to the letters.
 *
 * @returns whether the word begins with what was typed, or would with one letter put right
 */
export function beginsNearly(word: string, typed: string): boolean {
  let at = 0;
  while (at < Math.min(word.length, typed.length) && word[at] === typed[at]) at += 1;
  if (at === typed.length) return true;
  if (typed.length < SHORTEST_GUESS) return false;
  const there = word.slice(at);
  const rest = typed.slice(at);
  const swapped = rest.slice(1, 2) + rest.slice(0, 1) + rest.slice(2);
  return (
    there.slice(1).startsWith(rest.slice(1)) ||
    there.startsWith(rest.slice(1)) ||
    there.slice(1).startsWith(rest) ||
    (rest.length > 1 && there.startsWith(swapped))
  );
}
