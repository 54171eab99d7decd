// @ts-check
/** How long what is kept: made from the code by `make docs`. */

/** @type {[string, string][]} */
export const KEPT = [
  ["Receipts, expenses, runs with their steps (also where these were archived), exports", "Until they are deleted"],
  ["Files of a data export", "7 days from when all are there; thirty days where they are not"],
  ["Mail that brought receipts, as it came", "30 days after it was worked off"],
  ["Logs", "As long as the deployment keeps them; ids, codes and one-line summaries, no values"],
  ["Deliveries to webhook endpoints that are done, with their attempts", "30 days after they were done"],
  ["Sign-in codes", "An hour; an invitation three days, a recovery one. The row, a hash, for 30 days after that"],
  ["Refused sign-ins, by the hour and the network", "30 days"],
  ["Sessions", "30 days"],
  ["Notices, read or not", "365 days"],
  ["The text of a mail, the code of its link", "Until it is sent, a day at most"],
  ["A mail address that nobody confirmed", "30 days after its link ended"],
  ["That a mail was sent, when and to whom, where its run has ended", "365 days"],
  ["Answers to requests with an Idempotency-Key", "A day"],
  ["An object that nothing refers to", "A day, then 30 days in quarantine"],
  ["What became of a schedule's times", "The last 100"],
  ["The audit and its seals, archived or not", "For good: ids and codes, no values"],
  ["The ledger's facts", "For good: they are never changed"],
  ["Hashes of addresses that mail came back from", "For good, so that nothing is sent there again"],
];
