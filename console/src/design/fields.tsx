/** Things to fill in. Each field names its control by wrapping it in a label. */
import type { ComponentChildren, HTMLAttributes } from "preact";
import { translator } from "../i18n";
import { fromLocalInput, toLocalInput } from "./time";
import { words } from "./words";

const t = translator(words);

interface FieldProps {
  label: string;
  hint?: string;
  /** What is wrong with what was filled in. */
  wrong?: string | null;
  children: ComponentChildren;
}

export function Field({ label, hint, wrong, children }: FieldProps) {
  return (
    <label class="field">
      <span class="label">{label}</span>
      {children}
      {wrong ? <span class="wrong" role="alert">{wrong}</span> : hint && <span class="hint">{hint}</span>}
    </label>
  );
}

type Attributes<Element extends HTMLElement> = Omit<HTMLAttributes<Element>, "onInput" | "onChange"> & {
  value?: string | number;
  placeholder?: string;
  readOnly?: boolean;
  disabled?: boolean;
  required?: boolean;
  onValue?: (value: string) => void;
};

export function Input({ onValue, ...rest }: Attributes<HTMLInputElement> & { type?: string; autocomplete?: string; name?: string; inputMode?: string; maxLength?: number; min?: string | number; max?: string | number; step?: string | number; list?: string }) {
  return <input class="input" data-shown={shownTime(rest)} onInput={(event) => onValue?.(event.currentTarget.value)} {...(rest as object)} />;
}

/** A time at rest is written as everywhere in the console: 2026-11-22 14:03. */
const shownTime = ({ type, value }: { type?: string; value?: string | number }) =>
  type === "datetime-local" || type === "date" ? String(value ?? "").slice(0, 16).replace("T", " ") : undefined;

export function TextArea({ onValue, ...rest }: Attributes<HTMLTextAreaElement> & { rows?: number; maxLength?: number }) {
  return <textarea class="textarea" onInput={(event) => onValue?.(event.currentTarget.value)} {...(rest as object)} />;
}

export interface Choice {
  value: string;
  label: string;
}

export function Select({ onValue, choices, ...rest }: Attributes<HTMLSelectElement> & { choices: Choice[] }) {
  return (
    <select class="select" onChange={(event) => onValue?.(event.currentTarget.value)} {...(rest as object)}>
      {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
    </select>
  );
}

export function Check({ label, checked, onValue, disabled = false }: { label: ComponentChildren; checked: boolean; onValue: (checked: boolean) => void; disabled?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onValue(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

interface DateRangeProps {
  /** RFC 3339, or null where it is open. */
  from: string | null;
  to: string | null;
  onRange: (from: string | null, to: string | null) => void;
}

/** A range of the city's time; what leaves it has its offset. */
export function DateRange({ from, to, onRange }: DateRangeProps) {
  return (
    <div class="date-range">
      <Input type="datetime-local" aria-label={t("from")} value={toLocalInput(from)} onValue={(value) => onRange(fromLocalInput(value), to)} />
      <span class="muted" aria-hidden="true">–</span>
      <Input type="datetime-local" aria-label={t("to")} value={toLocalInput(to)} onValue={(value) => onRange(from, fromLocalInput(value))} />
    </div>
  );
}
