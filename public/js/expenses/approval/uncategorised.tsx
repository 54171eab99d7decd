/** Before several expenses are approved: how many of them have no category. */

import { counted } from "../../format.ts";

export function Uncategorised({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <p>
      {counted(
        count,
        "of them has no category. It can still be set after the approval.",
        "of them have no category. It can still be set after the approval.",
      )}
    </p>
  );
}
