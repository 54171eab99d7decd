/**
 * The API's own page: its commands name the address that it was opened at, in place of an
 * example's.
 */

const EXAMPLE = "https://tillroll.example.com";

for (const code of document.querySelectorAll("code")) {
  const text = code.textContent ?? "";
  if (text.includes(EXAMPLE)) code.textContent = text.replaceAll(EXAMPLE, location.origin);
}
