// @ts-check
/** The page of a payer: buttons that copy what a transfer needs. Without this script, it is read and typed. */

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-copy]"))) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
      button.textContent = button.dataset["done"] ?? label;
    } catch {
      button.textContent = button.dataset["failed"] ?? label;
    }
    setTimeout(() => (button.textContent = label), 2_000);
  });
}
