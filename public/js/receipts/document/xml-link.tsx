/** Leads to the XML of a receipt that is, or holds, an e-invoice. */

export function XmlLink({ id, class: look }: { id: string; class?: string }) {
  return (
    <a class={look} href={`/api/receipts/${id}/xml`} download="">
      Download the XML
    </a>
  );
}
