/** What narrows a register's list, made of the filters that its description names. */
import { Field, Input, Select } from "../../design";
import { translator } from "../../i18n";
import { named, type Register, type RegisterField } from "./description";
import { Lookup } from "./lookup";
import { word } from "./value_words";
import { words } from "./words";

const t = translator(words);

export type Wanted = Record<string, string>;

/** The field that a filter is about: of a list of ids the filter names one. */
const fieldOf = (register: Register, filter: string): RegisterField | undefined =>
  register.fields.find((field) => field.name === filter || (field.kind === "ids" && field.name === `${filter}s`));

// Drivers are filtered by a truck, which stands in their assignments.
const BEYOND: Record<string, { label: () => string; refers: string }> = { vehicle_id: { label: () => t("vehicle"), refers: "vehicle-register" } };

function Filter({ register, name, value, onValue }: { register: Register; name: string; value: string; onValue: (value: string) => void }) {
  const field = fieldOf(register, name);
  const refers = field?.refers ?? BEYOND[name]?.refers;
  // What a form explains after the name, a filter has no room for.
  const label = field ? (named(field).split(/[;；]/)[0] ?? name) : (BEYOND[name]?.label() ?? name);
  if (field?.kind === "choice") return <Field label={label}><Select value={value} onValue={onValue} choices={[{ value: "", label: t("all") }, ...field.choices.map((one) => ({ value: one, label: word(one) }))]} /></Field>;
  if (refers) return <Field label={label}><Lookup refers={refers} value={value} onValue={onValue} /></Field>;
  return <Field label={label}><Input value={value} maxLength={100} onValue={onValue} /></Field>;
}

export function Filters({ register, wanted, onWanted, without = [] }: { register: Register; wanted: Wanted; onWanted: (wanted: Wanted) => void; without?: readonly string[] }) {
  return (
    <>
      <Field label={t("search")}><Input type="search" value={wanted.q ?? ""} maxLength={100} placeholder={t("search_hint")} onValue={(q) => onWanted({ ...wanted, q })} /></Field>
      {register.filters.filter((name) => !without.includes(name)).map((name) => (
        <Filter key={`${register.name} ${name}`} register={register} name={name} value={wanted[name] ?? ""} onValue={(value) => onWanted({ ...wanted, [name]: value })} />
      ))}
    </>
  );
}

/** Wait with what is typed until it may be what is meant: the query of a list. */
export const queryOf = (wanted: Wanted): Wanted => Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, value.trim()]));
