// @ts-check
/** That a merchant was recognised, by what, and the way to take that back. */

import { useState } from "preact/hooks";

import { forgetMerchant } from "../../api.js";
import { moment } from "../../format.js";
import { sentenceOf } from "../../state/request.js";
import { may } from "../../state/session.js";
import { html, t } from "../../words.js";

/** @import { Extraction, KnownAs as Known } from "../../api.js" */

/** Nothing where the merchant was not known. @param {{ extraction: Extraction | null }} props */
export function KnownAs({ extraction }) {
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
  return html`
    <p class="known-as quiet" role="status">
      ${answer || said(knownAs)}${" "}
      ${!isForgotten &&
      may("sort") &&
      html`<button type="button" class="button small" disabled=${isAsking} aria-label=${label} onClick=${undo}>Undo</button>`}
    </p>
  `;
}

/** @param {Known} knownAs */
function said({ by, times, since, spelling, taxId, iban, contact }) {
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
