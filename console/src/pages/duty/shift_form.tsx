/** One shift: who, from when until when. */
import { useState } from "preact/hooks";
import type { Schema } from "../../api/schema";
import { dayStart, stamp } from "../../charts/time";
import { Button, Dialog, Field, fromLocalInput, Input, Select, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import type { Span } from "./roster";
import { words } from "./words";

const t = translator(words);

export type Worker = Pick<Schema<"CaseWorkerShown">, "name" | "display_name" | "on_duty" | "assigned">;

const HOUR_MS = 3_600_000;
const USUAL = [["day_shift", 8, 20], ["night_shift", 20, 32]] as const;

interface Props {
  given: Span;
  /** Stands in the plan already. */
  planned: boolean;
  workers: Worker[];
  onSave: (span: Span) => void;
  onRemove: () => void;
  onClose: () => void;
}

export function ShiftForm({ given, planned, workers, onSave, onRemove, onClose }: Props) {
  const [span, change] = useState(given);
  const set = (more: Partial<Span>) => change((was) => ({ ...was, ...more }));
  const time = (value: string) => Date.parse(fromLocalInput(value) ?? "");
  const wrong = !(span.end_ms > span.start_ms);
  const lacking = wrong || !span.assignee;
  const day_ms = dayStart(span.start_ms || given.start_ms);
  const input = (time_ms: number) => (Number.isNaN(time_ms) ? "" : toLocalInput(stamp(time_ms)));
  return (
    <Dialog title={t(planned ? "edit" : "add")} open onClose={onClose} onSubmit={() => lacking || onSave(span)}
      footer={
        <>
          {planned && <><Button look="danger" icon="trash" onClick={onRemove}>{t("remove")}</Button><span class="grow" /></>}
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" disabled={lacking}>{t("save")}</Button>
        </>
      }>
      <Field label={t("who")}>
        <Select value={span.assignee} onValue={(assignee) => set({ assignee })}
          choices={[{ value: "", label: "–" }, ...workers.map((one) => ({ value: one.name, label: `${one.display_name} · ${t("cases", { count: one.assigned })}` }))]} />
      </Field>
      <div class="row wrap">
        {USUAL.map(([name, from_h, to_h]) => (
          <Button key={name} onClick={() => set({ start_ms: day_ms + from_h * HOUR_MS, end_ms: day_ms + to_h * HOUR_MS })}>{t(name)}</Button>
        ))}
      </div>
      <Field label={t("start")}><Input type="datetime-local" value={input(span.start_ms)} onValue={(value) => set({ start_ms: time(value) })} /></Field>
      <Field label={t("end")} wrong={wrong ? t("wrong") : null}><Input type="datetime-local" value={input(span.end_ms)} onValue={(value) => set({ end_ms: time(value) })} /></Field>
    </Dialog>
  );
}
