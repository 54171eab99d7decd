/** Whether something is being done. However it ends, it is over then, and the button is ready. */

import { useState } from "preact/hooks";

type WhileBusy = <Result>(doIt: () => Promise<Result>) => Promise<Result>;

/** @returns whether it is, and what makes it so for as long as a promise takes */
export function useBusy(): [boolean, WhileBusy] {
  const [isBusy, setBusy] = useState(false);
  const whileBusy: WhileBusy = async (doIt) => {
    setBusy(true);
    try {
      return await doIt();
    } finally {
      setBusy(false);
    }
  };
  return [isBusy, whileBusy];
}
