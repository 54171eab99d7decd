/** The number of an account as people read it. */

const IBAN = /^[A-Z]{2}\d{2}[A-Z\d]{8,30}$/;
const FOUR = /.{1,4}/g;

/** An IBAN in fours, "DE02 1203 0000 …"; another number stays as it is. */
export function inFours(account: string): string {
  const joined = account.replaceAll(" ", "");
  if (!IBAN.test(joined)) return account;
  return (joined.match(FOUR) ?? []).join(" ");
}
