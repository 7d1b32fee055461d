/** Two people edit the same thing: the second one sees what stands beside what was wanted, and chooses.
 *
 * The API refuses an edit of what is no longer what its author saw (409 `edited-meanwhile`) and tells what stands.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { Button, Dialog } from "../design";
import { translator } from "../i18n";
import { colon } from "../words/punctuation";
import { differences, only, putOver, same, type Thing } from "./changes";
import { words } from "./meanwhile_words";
import "./meanwhile.css";

const t = translator(words);

export interface Standing {
  /** null where it is gone. */
  current: Thing | null;
  revision: string;
}

const REFUSALS = ["edited-meanwhile", "limits-changed"];

/** What stands, where an edit was refused because of it; null for any other error. */
export function standing(error: unknown): Standing | null {
  if (!(error instanceof ApiError) || !REFUSALS.some((type) => error.problem.type.endsWith(`/${type}`))) return null;
  return { current: error.problem.current as Thing | null, revision: String(error.problem.revision) };
}

export interface Member {
  name: string;
  label: string;
  shown?: (value: unknown) => ComponentChildren;
}

/** What one edit was refused for, until the choice is made. */
export function useMeanwhile() {
  const [found, find] = useState<Standing | null>(null);
  const caught = (otherwise: (error: unknown) => void) => (error: unknown) => {
    const refused = standing(error);
    find(refused);
    if (!refused) otherwise(error);
  };
  return { found, caught, clear: () => find(null) };
}

function plain(value: unknown): ComponentChildren {
  if (value === null || value === undefined || value === "") return t("none");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map(String).join(t("comma")) || t("none");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface MeanwhileProps {
  found: Standing;
  before: object;
  mine: object;
  members: Member[];
  /** The thing as chosen; `revision` is null where it is set up again. */
  onSave: (chosen: Thing, revision: string | null) => void;
  onKeep: () => void;
  onClose: () => void;
}

export function EditedMeanwhile({ found, before, mine, members, onSave, onKeep, onClose }: MeanwhileProps) {
  const [theirs, choose] = useState<ReadonlySet<string>>(new Set());
  const names = members.map((one) => one.name);
  const [was, wanted, now] = [only(before, names), only(mine, names), only(found.current ?? before, names)];
  const rows = differences(was, now, wanted);
  const toggle = (name: string, isTheirs: boolean) => choose((had) => new Set(isTheirs ? [...had, name] : [...had].filter((one) => one !== name)));
  const take = () => onSave(putOver(was, now, wanted, theirs), found.current ? found.revision : null);
  const shown = (name: string, value: unknown) => (members.find((one) => one.name === name)?.shown ?? plain)(value);
  return (
    <Dialog title={t("title")} open onClose={onClose} onSubmit={take}
      footer={<><Button onClick={onKeep}>{t("keep")}</Button><span class="grow" /><Button look="primary" icon="check" type="submit">{t("save")}</Button></>}>
      <p class="muted" role="alert">{t(found.current ? "hint" : "gone")}</p>
      <ul class="meanwhile">
        {rows.map((row) => (
          <li key={row.name} data-meanwhile={row.name}>
            <fieldset>
              <legend>{members.find((one) => one.name === row.name)?.label ?? row.name}</legend>
              <p class="muted small">{t("was")}{colon()}{shown(row.name, row.before)}</p>
              {row.collides ? (
                <div class="meanwhile-choice">
                  <label class="check"><input type="radio" name={`meanwhile-${row.name}`} checked={!theirs.has(row.name)} onChange={() => toggle(row.name, false)} /><span>{t("mine")}{colon()}{shown(row.name, row.mine)}</span></label>
                  <label class="check"><input type="radio" name={`meanwhile-${row.name}`} checked={theirs.has(row.name)} onChange={() => toggle(row.name, true)} /><span>{t("now")}{colon()}{shown(row.name, row.now)}</span></label>
                </div>
              ) : (
                same(row.now, row.before) ? <p>{t("mine")}{colon()}{shown(row.name, row.mine)}</p> : <p>{t("now")}{colon()}{shown(row.name, row.now)}</p>
              )}
            </fieldset>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
