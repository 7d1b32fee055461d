/** What a member is filled in with: one row of a table for each kind of field. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { IconButton, Input, Select, TextArea } from "../../design";
import { fromLocalInput, toLocalInput } from "../../design/time";
import { translator } from "../../i18n";
import type { RegisterField } from "./description";
import { Stays, Windows } from "./hours";
import { Lookup } from "./lookup";
import { word } from "./value_words";
import { words } from "./words";

const t = translator(words);

export interface InputProps {
  field: RegisterField;
  value: unknown;
  disabled: boolean;
  onValue: (value: unknown) => void;
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
const placeholder = ({ example }: RegisterField): string => (typeof example === "string" ? example : "");

function Text({ field, value, disabled, onValue }: InputProps) {
  if (field.name === "remark") return <TextArea value={text(value)} disabled={disabled} maxLength={500} rows={2} onValue={(typed) => onValue(typed || null)} />;
  return <Input value={text(value)} disabled={disabled} maxLength={500} placeholder={disabled ? "" : placeholder(field)} onValue={(typed) => onValue(typed.trim() || null)} />;
}

function Figure({ field, value, disabled, onValue }: InputProps) {
  const typed = (shown: string) => onValue(shown === "" ? null : Number.isFinite(Number(shown)) ? Number(shown) : shown);
  return (
    <Input type="number" value={text(value)} disabled={disabled} step={field.kind === "integer" ? 1 : "any"} min={field.least ?? undefined} max={field.most ?? undefined}
      placeholder={typeof field.example === "number" ? String(field.example) : ""} onValue={typed} />
  );
}

function Choice({ field, value, disabled, onValue }: InputProps) {
  const own = text(value);
  const listed = own && !field.choices.includes(own) ? [...field.choices, own] : field.choices;
  return <Select value={own} disabled={disabled} onValue={(chosen) => onValue(chosen || null)} choices={[{ value: "", label: t("choose") }, ...listed.map((one) => ({ value: one, label: word(one) }))]} />;
}

function Instant({ value, disabled, onValue }: InputProps) {
  return <Input type="datetime-local" value={toLocalInput((value as string | null) ?? null)} disabled={disabled} onValue={(typed) => onValue(fromLocalInput(typed))} />;
}

function Day({ value, disabled, onValue }: InputProps) {
  return <Input type="date" value={text(value)} disabled={disabled} onValue={(typed) => onValue(typed || null)} />;
}

function Reference({ field, value, disabled, onValue }: InputProps) {
  return <Lookup refers={field.refers as string} value={text(value)} disabled={disabled} onValue={(typed) => onValue(typed.trim() || null)} />;
}

function Chips({ ids, disabled, onIds }: { ids: string[]; disabled: boolean; onIds: (ids: string[]) => void }): ComponentChildren {
  return ids.length > 0 && (
    <ul class="chips">
      {ids.map((id) => (
        <li key={id} class="badge">
          {id}
          {!disabled && <IconButton icon="close" label={`${t("remove")} ${id}`} onClick={() => onIds(ids.filter((one) => one !== id))} />}
        </li>
      ))}
    </ul>
  );
}

function Ids({ field, value, disabled, onValue }: InputProps) {
  const ids = Array.isArray(value) ? (value as string[]) : [];
  const [typed, type] = useState("");
  const put = (list: string[]) => onValue(list.length ? list : null);
  const add = () => {
    const new_ = typed.split(/[;；,，\s]+/).filter((id) => id && !ids.includes(id));
    if (new_.length) put([...ids, ...new_]);
    type("");
  };
  return (
    <div class="ids">
      <Chips ids={ids} disabled={disabled} onIds={put} />
      {!disabled && (
        <div class="row">
          {field.refers ? <Lookup refers={field.refers} value={typed} label={t("add")} onValue={type} onEnter={add} /> : <Input value={typed} aria-label={t("add")} onValue={type} />}
          <IconButton look="plain" icon="plus" label={t("add")} disabled={!typed.trim()} onClick={add} />
        </div>
      )}
    </div>
  );
}

/** What is no JSON yet stands as the text it is, which the API refuses with its reason. */
function Json({ value, disabled, onValue }: InputProps) {
  const [typed, type] = useState(() => (value === null || value === undefined ? "" : JSON.stringify(value, null, 1)));
  const [wrong, complain] = useState(false);
  const read = (shown: string) => {
    type(shown);
    try {
      onValue(shown.trim() ? JSON.parse(shown) : null);
      complain(false);
    } catch {
      onValue(shown);
      complain(true);
    }
  };
  return (
    <>
      <TextArea class="textarea mono" value={typed} disabled={disabled} rows={3} placeholder={t("json_hint")} aria-invalid={wrong} onValue={read} />
      {wrong && <span class="wrong" role="alert">{t("bad_json")}</span>}
    </>
  );
}

const OF_KIND: Record<RegisterField["kind"], (props: InputProps) => ComponentChildren> = {
  text: Text, number: Figure, integer: Figure, choice: Choice, time: Instant, date: Day, ids: Ids, json: Json,
};
/** Members of JSON that people know as more than JSON. */
const OF_NAME: Record<string, (props: InputProps) => ComponentChildren> = {
  windows: Windows, work_windows: Windows, out_of_service: Stays, assignments: Stays,
};

/** Whether a field is a group of controls, which no one label can name. */
export const isGroup = (field: RegisterField): boolean => field.name in OF_NAME || field.kind === "ids";

export function FieldInput(props: InputProps) {
  const { field } = props;
  const Chosen = OF_NAME[field.name] ?? (field.refers && field.kind === "text" ? Reference : OF_KIND[field.kind]);
  return <Chosen {...props} />;
}
