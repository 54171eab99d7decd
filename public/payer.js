// @ts-check
/** The page of a payer: buttons that copy what a transfer needs. Without this script, it is read and typed. */

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-copy]"))) {
  button.hidden = false;
  const text = button.textContent ?? "";
  const label = button.ariaLabel;
  button.addEventListener("click", async () => {
    const { copy = "", done = text, failed = text } = button.dataset;
    const said = await navigator.clipboard.writeText(copy).then(
      () => done,
      () => failed,
    );
    // What is read and what is heard say the same.
    button.textContent = button.ariaLabel = said;
    setTimeout(() => ((button.textContent = text), (button.ariaLabel = label)), 2_000);
  });
}
