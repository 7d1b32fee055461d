/** What each kind of case costs; a change counts from its time on. */
import { useState } from "preact/hooks";
import { put } from "../../api/client";
import { Button, ErrorNote, Field, figure, fromLocalInput, Input, Skeleton, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { EditedMeanwhile, useMeanwhile } from "../../lists/meanwhile";
import { useAnswer } from "../../lists/paged";
import { kindName } from "../../words/kinds";
import type { Cell, SubjectKind } from "./score";
import { words } from "./words";

const t = translator(words);

export function PointTable({ kind }: { kind: SubjectKind }) {
  const { answer, error, reload } = useAnswer("/v1/point-table");
  const [changed, change] = useState<Record<string, string>>({});
  const [reason, explain] = useState("");
  const [from, begin] = useState("");
  const meanwhile = useMeanwhile();
  if (error) return <ErrorNote error={error} onRetry={reload} />;
  if (!answer) return <Skeleton lines={8} />;
  const cells = answer.points.filter((cell) => cell.subject_kind === kind);
  const edits = Object.entries(changed).map(([name, points]) => ({ kind: name, subject_kind: kind, points: Number(points) }));
  const done = () => (change({}), meanwhile.clear(), reload());
  const putInForce = (points: typeof edits, expected_revision: string | null) =>
    put("/v1/point-table", { points, reason, from_time: fromLocalInput(from), expected_revision }).then(() => (done(), toast(t("saved"))), meanwhile.caught(toastProblem));
  const save = (event: Event) => {
    event.preventDefault();
    void putInForce(edits, answer.revision);
  };
  const found = meanwhile.found && { ...meanwhile.found, current: table((meanwhile.found.current?.points as Cell[] | undefined) ?? [], kind) };
  /** Only what is to differ from what stands now is sent: somebody else's cells stay somebody else's. */
  const take = (chosen: Record<string, unknown>, revision: string | null) => {
    const points = changedCells(found?.current ?? {}, chosen).map(([name, value]) => ({ kind: name, subject_kind: kind, points: Number(value) }));
    if (points.length === 0) done();
    else void putInForce(points, revision);
  };
  return (
    <>
      <form class="point-table" onSubmit={save}>
        <p class="muted">{t("edit_hint")}</p>
        <div class="cells">
          {cells.map((cell) => (
            <Field key={cell.kind} label={cell.kind === "base" ? t("base") : kindName(cell.kind)} hint={t("default", { points: figure(cell.default_points, 1) })}>
              <Input type="number" min={0} max={1000} step={0.5} value={changed[cell.kind] ?? cell.points} onValue={(value) => change({ ...changed, [cell.kind]: value })} />
            </Field>
          ))}
        </div>
        <div class="row wrap">
          <Field label={t("basis")}><Input value={reason} maxLength={2000} onValue={explain} /></Field>
          <Field label={t("from_time")}><Input type="datetime-local" value={from} onValue={begin} /></Field>
          <Button look="primary" type="submit" disabled={!edits.length || !reason.trim()}>{t("save")}</Button>
        </div>
      </form>
      {found && (
        <EditedMeanwhile found={found} before={table(cells, kind)} mine={{ ...table(cells, kind), ...Object.fromEntries(edits.map((one) => [one.kind, one.points])) }} onKeep={done} onClose={meanwhile.clear}
          members={cells.map((cell) => ({ name: cell.kind, label: cell.kind === "base" ? t("base") : kindName(cell.kind) }))} onSave={take} />
      )}
    </>
  );
}

const table = (cells: Cell[], kind: SubjectKind): Record<string, unknown> => Object.fromEntries(cells.filter((cell) => cell.subject_kind === kind).map((cell) => [cell.kind, cell.points]));

const changedCells = (now: Record<string, unknown>, chosen: Record<string, unknown>) => Object.entries(chosen).filter(([name, value]) => now[name] !== value);
