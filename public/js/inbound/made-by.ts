/** What comes of a source whose secret is shown once. */

import { tellOfLostSecret } from "../parts/lost-secret.ts";
import type { CreatedSource } from "../api/types.d.ts";

/**
 * @param body what was asked: with a secret of the sender's, none is made
 * @returns hands on what was made, and says so where its secret was lost on the way
 */
export function madeBy(body: { secret?: string | null }, onMade: (made: CreatedSource) => void) {
  return (made: CreatedSource) => {
    if (made.secret === null && !body.secret) tellOfLostSecret();
    onMade(made);
  };
}
