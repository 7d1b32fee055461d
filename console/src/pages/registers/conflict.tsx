/** Somebody else was faster: member by member, theirs or one's own. */
import { useState } from "preact/hooks";
import { Button } from "../../design";
import { translator } from "../../i18n";
import { colon } from "../../words/punctuation";
import { differences, fieldLabel, type Register, shownValue } from "./description";
import type { Editing } from "./use_item";
import { words } from "./words";

const t = translator(words);

export function Conflict({ register, editing }: { register: Register; editing: Editing }) {
  const { before, now, draft } = editing;
  const [theirs, choose] = useState<ReadonlySet<string>>(new Set());
  if (!before || !now) return null;
  const rows = differences(before, now, draft, register.computed);
  const toggle = (name: string, isTheirs: boolean) => choose((had) => new Set(isTheirs ? [...had, name] : [...had].filter((one) => one !== name)));
  const shown = (name: string, value: unknown) => (name === "geometry" ? t("shape_changed") : shownValue(register.fields.find((one) => one.name === name), value));
  return (
    <section class="conflict" role="alert" aria-label={t("conflict")}>
      <h3>{t("conflict")}</h3>
      <p class="muted">{t("conflict_hint")}</p>
      {rows.map(({ name, now: current, mine, collides }) => {
        const field = register.fields.find((one) => one.name === name);
        return (
          <fieldset key={name} data-conflict={name}>
            <legend>{field ? fieldLabel(field) : name === "geometry" ? t("geometry") : name}</legend>
            {collides ? (
              <>
                <label class="check"><input type="radio" name={`conflict-${name}`} checked={!theirs.has(name)} onChange={() => toggle(name, false)} /><span>{t("mine")}{colon()}{shown(name, mine)}</span></label>
                <label class="check"><input type="radio" name={`conflict-${name}`} checked={theirs.has(name)} onChange={() => toggle(name, true)} /><span>{t("theirs")}{colon()}{shown(name, current)}</span></label>
              </>
            ) : (
              <p class="muted">{t("was")} {shown(name, before[name])} → {shown(name, JSON.stringify(current) === JSON.stringify(before[name]) ? mine : current)}</p>
            )}
          </fieldset>
        );
      })}
      <Button look="primary" icon="check" onClick={() => editing.settle(theirs)}>{t("take_over")}</Button>
    </section>
  );
}
