/** How long what is kept: made from the code by `make docs`. */

import { t } from "../words.ts";

export const KEPT: [string, string][] = [
  [
    t`Receipts, expenses, runs with their steps (also where these were archived), exports`,
    t`Until they are deleted`,
  ],
  [
    t`Files of a data export`,
    t`7 days from when all are there; thirty days where they are not`,
  ],
  [
    t`Mail that brought receipts, as it came`,
    t`30 days after it was worked off`,
  ],
  [
    t`Logs`,
    t`As long as the deployment keeps them; ids, codes and one-line summaries, no values`,
  ],
  [
    t`Deliveries to webhook endpoints that are done, with their attempts`,
    t`30 days after they were done`,
  ],
  [
    t`Sign-in codes`,
    t`An hour; an invitation three days, a recovery one, a link that somebody asked for 15 minutes.
      The row, a hash, for 30 days after that`,
  ],
  [
    t`Refused sign-ins, by the hour and the network`,
    t`30 days`,
  ],
  [
    t`Sessions`,
    t`30 days at most, and 14 days after the last request`,
  ],
  [
    t`Notices, read or not`,
    t`365 days`,
  ],
  [
    t`That a browser was sent a notice`,
    t`7 days`,
  ],
  [
    t`The text of a mail, the code of its link`,
    t`Until it is sent, a day at most`,
  ],
  [
    t`A mail address that nobody confirmed`,
    t`30 days after its link ended`,
  ],
  [
    t`That a mail was sent, when and to whom, where its run has ended`,
    t`365 days`,
  ],
  [
    t`Answers to requests with an Idempotency-Key`,
    t`A day`,
  ],
  [
    t`An object that nothing refers to`,
    t`A day, then 30 days in quarantine`,
  ],
  [
    t`What became of a schedule's times`,
    t`The last 100`,
  ],
  [
    t`The ledger's facts`,
    t`For good: they are never changed`,
  ],
  [
    t`Hashes of addresses that mail came back from`,
    t`For good, so that nothing is sent there again`,
  ],
  [
    t`The audit and its seals, archived or not`,
    t`For good: ids and codes, no values`,
  ],
];
