/** The fields of a schema, or of a form that a view declares by `field` of values/schema.ts. */

import { Choices } from "./choices.tsx";
import { DayField, Field, SelectField, TextField } from "./fields.tsx";
import type { SchemaField } from "../values/schema.ts";
import type { FieldProps } from "./fields.tsx";

export function SchemaFields({
  fields,
  texts,
  problems,
  onTexts,
}: {
  fields: SchemaField[];
  /** what stands in them, by their names */
  texts: Record<string, string>;
  problems: Record<string, string>;
  onTexts: (texts: Record<string, string>) => void;
}) {
  return fields.map((field) => {
    const { name, label, type, options, isNeeded, rows, ...input } = field;
    const value = texts[name] ?? "";
    const onValue = (text: string) => onTexts({ ...texts, [name]: text });
    const given = {
      key: name,
      value,
      onValue,
      problem: problems[name] ?? null,
      required: isNeeded,
    };
    const shown = { ...input, ...given, label, hint: field.hint || null };
    if (type === "boolean") return <Tick {...shown} />;
    if (type === "choices") {
      const chosen = JSON.parse(value || "[]") as string[];
      const onChange = (values: string[]) => onValue(JSON.stringify(values));
      return (
        <Choices
          key={name}
          legend={label}
          options={options}
          problem={given.problem}
          chosen={chosen}
          onChange={onChange}
        />
      );
    }
    if (type === "choice") return <SelectField options={options} {...shown} />;
    // Its hint is the day in words.
    if (type === "day") return <DayField {...given} label={label} />;
    if (type === "json")
      return <LongField {...shown} hint={shown.hint ?? "JSON"} rows={rows ?? 5} />;
    return rows ? <LongField {...shown} rows={rows} /> : <TextField {...shown} />;
  });
}

function Tick({ label, value, onValue, hint }: FieldProps) {
  const onChange = (event: Event) =>
    onValue((event.target as HTMLInputElement).checked ? "yes" : "no");
  return (
    <label class="check">
      <input type="checkbox" checked={value === "yes"} onChange={onChange} />
      <span>
        {label} {hint && <span class="quiet">{hint}</span>}
      </span>
    </label>
  );
}

function LongField(props: FieldProps & { rows: number }) {
  const { value, onValue, rows, placeholder } = props;
  const onInput = (event: Event) => onValue((event.target as HTMLTextAreaElement).value);
  return (
    <Field {...props}>
      {(given: Record<string, unknown>) => (
        <textarea
          class="code"
          rows={rows}
          wrap="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={placeholder}
          value={value}
          onInput={onInput}
          {...given}
        />
      )}
    </Field>
  );
}
