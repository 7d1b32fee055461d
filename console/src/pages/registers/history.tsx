/** Every change of an item: who, when, why, and what was before. */
import type { Schema } from "../../api/schema";
import { Badge, Button, Empty, ErrorNote, Pagination, Skeleton } from "../../design";
import { fullTime } from "../../design/time";
import { translator } from "../../i18n";
import { usePages } from "../../lists/paged";
import { changesOf, fieldLabel, flat, itemPath, type Register, shownValue } from "./description";
import { word } from "./value_words";
import { words } from "./words";

const t = translator(words);

export type Change = Schema<"RegisterChange">;

function Members({ register, change }: { register: Register; change: Change }) {
  const [before, after] = [flat(change.before), flat(change.after)];
  const names = Object.keys(changesOf(before, after)).filter((name) => !register.computed.includes(name));
  return (
    <dl class="facts start">
      {names.map((name) => {
        const field = register.fields.find((one) => one.name === name);
        if (name === "geometry") return [<dt>{t("geometry")}</dt>, <dd>{t("shape_changed")}</dd>];
        return [<dt>{field ? fieldLabel(field) : name}</dt>, <dd>{change.before && <><s class="muted">{shownValue(field, before[name])}</s> → </>}{shownValue(field, after[name])}</dd>];
      })}
    </dl>
  );
}

interface HistoryProps {
  register: Register;
  id: string;
  /** Shows the shape before a change, where there is a map to show it on; told which change is shown. */
  onShape?: (shape: GeoJSON.Geometry | null, change: number | null) => void;
  shown?: number | null;
}

export function History({ register, id, onShape, shown = null }: HistoryProps) {
  const list = usePages<Change>(`${itemPath(register, id)}/history`, "changes", { limit: 20 });
  if (list.error) return <ErrorNote error={list.error} onRetry={list.reload} />;
  if (list.loading && !list.rows.length) return <Skeleton lines={6} />;
  if (!list.rows.length) return <Empty icon="clock">{t("nothing_yet")}</Empty>;
  const shape = (change: Change) => (flat(change.before).geometry as GeoJSON.Geometry | null | undefined) ?? null;
  return (
    <>
      <ol class="changes">
        {list.rows.map((change) => (
          <li key={change.history_no} data-change={change.history_no}>
            <div class="row wrap"><Badge tone={change.action === "retired" ? "warning" : "outline"}>{word(change.action)}</Badge><span class="strong">{change.who}</span><span class="muted">{word(change.source)}</span><time class="muted" dateTime={change.at}>{fullTime(change.at)}</time></div>
            {change.reason && <p>{change.reason}</p>}
            <details>
              <summary>{t("what")}</summary>
              <Members register={register} change={change} />
            </details>
            {onShape && shape(change) && (
              <Button look="quiet" icon="layers" aria-pressed={shown === change.history_no} onClick={() => (shown === change.history_no ? onShape(null, null) : onShape(shape(change), change.history_no))}>
                {t("show_shape")}
              </Button>
            )}
          </li>
        ))}
      </ol>
      <Pagination page={list.page} next={list.next} onPage={list.onPage} />
    </>
  );
}
