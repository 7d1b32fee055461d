/** Several of a list, chosen by marks; a long one is narrowed by typing. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Check, Input } from "../../design";
import { translator } from "../../i18n";
import { words } from "./application_words";

const t = translator(words);

export interface Option {
  id: string;
  label: string;
  mark?: ComponentChildren;
}

// Below this many all of them are looked over at once.
const SHORT = 8;

interface Props {
  label: string;
  hint?: string;
  options: Option[];
  chosen: string[];
  disabled?: boolean;
  wrong?: string | null;
  /** What to type to find one. */
  filter?: string;
  empty: string;
  onChosen: (ids: string[]) => void;
}

export function Checklist({ label, hint, options, chosen, disabled = false, wrong, filter, empty, onChosen }: Props) {
  const [text, type] = useState("");
  const wanted = text.trim().toLowerCase();
  const seen = options.filter((option) => !wanted || `${option.label} ${option.id}`.toLowerCase().includes(wanted));
  const has = new Set(chosen);
  const mark = (id: string, on: boolean) => onChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const long = options.length > SHORT;
  return (
    <fieldset class="checklist" disabled={disabled}>
      <legend>{label}{chosen.length > 0 && <span class="muted"> · {t("chosen", { count: chosen.length })}</span>}</legend>
      {long && !disabled && (
        <div class="row">
          <Input type="search" class="input grow" value={text} placeholder={filter} aria-label={filter ?? label} onValue={type} />
          <Button look="quiet" onClick={() => onChosen([...new Set([...chosen, ...seen.map((option) => option.id)])])}>{t("select_all")}</Button>
          <Button look="quiet" disabled={!chosen.length} onClick={() => onChosen([])}>{t("select_none")}</Button>
        </div>
      )}
      {seen.length ? (
        <div class="options">{seen.map((option) => <Check key={option.id} label={<>{option.label}{option.mark && <> {option.mark}</>}</>} checked={has.has(option.id)} disabled={disabled} onValue={(on) => mark(option.id, on)} />)}</div>
      ) : <p class="muted">{empty}</p>}
      {wrong ? <p class="wrong" role="alert">{wrong}</p> : hint && <p class="hint">{hint}</p>}
    </fieldset>
  );
}
