/** Two receipts that look like the same purchase, side by side. */

import { useState } from "preact/hooks";

import { smallPicture } from "../../api.ts";
import { date, money, UNKNOWN } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { pageOfReceipt } from "../address.ts";
import { t } from "../../words.ts";
import type { Duplicate, Run } from "../../api.ts";

const PICTURE_WIDTH = 640;

export function DuplicateOf({
  run: { extraction, receipt },
  other,
}: {
  run: Run;
  other: Duplicate;
}) {
  const own = {
    merchant: extraction?.merchant?.value ?? UNKNOWN,
    date: date(extraction?.date?.value),
    total: money(extraction?.total?.value, extraction?.currency?.value),
  };
  const its = {
    merchant: other.merchant,
    date: date(other.date),
    total: money(other.total, other.currency),
  };
  const picture = receipt ? smallPicture(receipt, PICTURE_WIDTH) : null;
  // What type the other has is not known here; a PDF has no picture and stays an icon.
  const otherPicture = `/api/receipts/${encodeURIComponent(other.receiptId)}/image?width=${PICTURE_WIDTH}`;
  return (
    <div class="duplicate">
      <Side title="This receipt" values={own} picture={picture} />
      <Side
        title="Already an expense"
        values={its}
        picture={otherPicture}
        href={pageOfReceipt(other.runId)}
      />
    </div>
  );
}

function Side({
  title,
  values,
  picture,
  href,
}: {
  title: string;
  values: { merchant: string; date: string; total: string };
  picture: string | null;
  href?: string;
}) {
  const thumb = (
    <span class="duplicate-picture">
      <Thumb picture={picture} />
    </span>
  );
  return (
    <div class="duplicate-side">
      <p class="duplicate-title">{title}</p>
      {href ? (
        <a href={href} aria-label={t`Open the other receipt, ${values.merchant}`}>
          {thumb}
        </a>
      ) : (
        thumb
      )}
      <p class="duplicate-merchant">{values.merchant}</p>
      <p>{values.date}</p>
      <p class="duplicate-total">{values.total}</p>
      {href && <a href={href}>Open it</a>}
    </div>
  );
}

function Thumb({ picture }: { picture: string | null }) {
  const [isThere, setThere] = useState(picture !== null);
  if (!picture || !isThere) return <Icon name="document" />;
  return (
    <img src={picture} alt="" loading="lazy" decoding="async" onError={() => setThere(false)} />
  );
}
