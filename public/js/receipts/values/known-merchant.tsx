/** That a merchant was recognised, by what, and the way to take that back. */

import { useState } from "preact/hooks";

import { forgetMerchant } from "../../api.ts";
import { moment } from "../../format.ts";
import { sentenceOf } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { Extraction, KnownAs as Known } from "../../api.ts";

/** Nothing where the merchant was not known. */
export function KnownAs({ extraction }: { extraction: Extraction | null }) {
  const [answer, setAnswer] = useState("");
  const [isForgotten, setForgotten] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { knownAs, merchant } = extraction ?? {};
  const name = merchant?.value;
  if (!knownAs || !name) return null;

  async function undo() {
    if (!knownAs || !name) return;
    setAsking(true);
    try {
      await forgetMerchant(name, knownAs);
      setForgotten(true);
      setAnswer(t`Forgotten: the next such receipt is not taken for ${name}.`);
    } catch (error) {
      setAnswer(sentenceOf(error));
    } finally {
      setAsking(false);
    }
  }

  const label = t`Undo: do not take this for ${name} any more`;
  return (
    <p class="known-as quiet" role="status">
      {answer || said(knownAs)}{" "}
      {!isForgotten && may("sort") && (
        <button
          type="button"
          class="button small"
          disabled={isAsking}
          aria-label={label}
          onClick={undo}
        >
          Undo
        </button>
      )}
    </p>
  );
}

function said({ by, times, since, spelling, taxId, iban, contact }: Known) {
  const often = times === 1 ? t`once` : t`${times} times`;
  const first = times === 1 ? t`on` : t`since`;
  const leads = {
    name: t`as “${spelling}”`,
    look_alike: t`as “${spelling}”`,
    tax_id: t`with the tax number ${taxId}`,
    iban: t`with the bank account ${iban}`,
    contact: t`with “${contact}” in print`,
  };
  const lead = leads[by];
  return t`Seen ${often} ${lead}, ${first} ${moment(since)}.`;
}
