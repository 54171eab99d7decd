/** Leads to the XML of a receipt that is, or holds, an e-invoice. */

export function XmlLink({ id }: { id: string }) {
  return (
    <a href={`/api/receipts/${id}/xml`} download="">
      Download the XML
    </a>
  );
}
