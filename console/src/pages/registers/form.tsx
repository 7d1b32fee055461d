/** The form of a register's item, made of the register's description. */
import { Field } from "../../design";
import { translator } from "../../i18n";
import { fieldLabel, named, type Register, type RegisterField } from "./description";
import { FieldInput, isGroup } from "./inputs";
import { type Editing, expectedOf } from "./use_item";
import { words } from "./words";

const t = translator(words);

interface FormProps {
  register: Register;
  editing: Editing;
  /** Whether the item is a new one, whose id may still be chosen. */
  isNew: boolean;
  disabled: boolean;
  /** Members that are not shown, as what steps alone change. */
  without?: readonly string[];
}

function Row({ field, editing, isNew, disabled, register }: FormProps & { field: RegisterField }) {
  const fault = editing.faults.find((one) => one.field === field.name);
  const wrong = fault ? `${t("expected")} ${expectedOf(fault)}` : null;
  const isId = field.name === register.id_name;
  const label = fieldLabel(field) + (field.required && !disabled ? " *" : "");
  const input = <FieldInput field={field} value={editing.draft[field.name]} disabled={disabled || (isId && !isNew)} onValue={(value) => editing.set(field.name, value)} />;
  if (isGroup(field)) {
    return (
      <fieldset class="field" data-field={field.name}>
        <legend class="label">{label}</legend>
        {input}
        {wrong && <span class="wrong" role="alert">{wrong}</span>}
      </fieldset>
    );
  }
  return <div data-field={field.name}><Field label={label} wrong={wrong} hint={isId && isNew ? t("id_hint") : undefined}>{input}</Field></div>;
}

export function ItemForm(props: FormProps) {
  const { register, disabled, without = [] } = props;
  // What nothing can be filled in of is scrolled by keyboard all the same.
  const reached = disabled ? { tabIndex: 0, role: "group" as const, "aria-label": named(register) } : {};
  return (
    <div class="item-form" {...reached}>
      {register.fields.filter((field) => !without.includes(field.name)).map((field) => <Row key={field.name} {...props} field={field} />)}
    </div>
  );
}
