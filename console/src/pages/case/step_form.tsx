/** The form of one step: what it needs and nothing else; it cannot be sent before that is there. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, type Choice, Dialog, ErrorNote, Field, Input, Select, TextArea, fromLocalInput, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import { user } from "../../session/session";
import { listed } from "../../words/punctuation";
import type { Case, StepName, StepOrder } from "./case";
import { choicesOf } from "../../words/kinds";
import { PhotoPicker } from "./photos";
import { BLANK, type Draft, missing, needsComment, orderOf, STEPS } from "./steps";
import { words } from "./words";

const t = translator(words);

interface Props {
  step: StepName;
  /** Of one case; of many, whether any of them asks for a comment. */
  about: Pick<Case, "comment_required" | "version" | "district_id"> & { title: string };
  onSend: (order: StepOrder) => Promise<void>;
  onClose: () => void;
}

/** Longest comment that the platform keeps. */
const COMMENT_MOST = 2000;

export function StepForm({ step, about, onSend, onClose }: Props) {
  const [draft, setDraft] = useState<Draft>(BLANK);
  // Of the case as it was when the form was opened: what somebody else does meanwhile must be seen, not overwritten.
  const [version] = useState(about.version);
  const [busy, setBusy] = useState(false);
  const [failed, fail] = useState<unknown>(null);
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const lacks = missing(about, step, draft);
  const needs = STEPS[step].needs ?? [];
  const compulsory = needsComment(about, step, draft);
  const send = async () => {
    if (lacks.length > 0 || busy) return;
    setBusy(true);
    fail(null);
    await onSend(orderOf(step, version, draft)).catch(fail);
    setBusy(false);
  };
  const footer = (
    <>
      {lacks.length > 0 && <span class="step-lacks">{t("not_named", { what: listed(lacks.map((need) => t(need === "comment" ? "comment_field" : need))) })}</span>}
      <Button onClick={onClose}>{t("cancel")}</Button>
      <Button type="submit" look={STEPS[step].look === "danger" ? "danger" : "primary"} disabled={busy || lacks.length > 0}>
        {busy ? t("sending") : t(step)}
      </Button>
    </>
  );
  return (
    <Dialog open title={`${t(step)} · ${about.title}`} onClose={onClose} onSubmit={send} footer={footer}>
      {needs.includes("assignee") && <AssigneeField district_id={about.district_id} value={draft.assignee} onValue={(assignee) => change({ assignee })} />}
      {needs.includes("false_positive_reason") && (
        <ReasonField table="false_positive_reasons" label={t("false_positive_reason")} value={draft.reason} onValue={(reason) => change({ reason })} />
      )}
      {needs.includes("extension_reason") && (
        <ReasonField table="extension_reasons" label={t("extension_reason")} value={draft.reason} onValue={(reason) => change({ reason })} />
      )}
      {needs.includes("due_at") && (
        <Field label={t("due_at")} hint={t("due_hint")}>
          <Input type="datetime-local" value={toLocalInput(draft.due_at)} onValue={(value) => change({ due_at: fromLocalInput(value) })} />
        </Field>
      )}
      {needs.includes("vehicle_id") && (
        <Field label={t("vehicle_id")}><Input value={draft.vehicle_id} maxLength={64} onValue={(vehicle_id) => change({ vehicle_id })} /></Field>
      )}
      {needs.includes("satisfaction") && <Satisfaction value={draft.satisfaction} onValue={(satisfaction) => change({ satisfaction })} />}
      <Field label={t("comment_field")} hint={compulsory ? t("comment_required") : t("comment_hint")}>
        <TextArea
          rows={3} maxLength={COMMENT_MOST} required={compulsory} value={draft.comment} data-autofocus
          onValue={(comment) => change({ comment })}
          onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send()}
        />
      </Field>
      {needs.includes("photos") && <PhotoPicker photos={draft.photos} onPhotos={(photos) => change({ photos })} />}
      <ErrorNote error={failed} />
    </Dialog>
  );
}

function ReasonField({ table, label, value, onValue }: { table: "false_positive_reasons" | "extension_reasons"; label: string; value: string; onValue: (value: string) => void }) {
  return (
    <Field label={label}>
      <Select value={value} required onValue={onValue} choices={[{ value: "", label: t("choose") }, ...choicesOf(table)]} />
    </Field>
  );
}

type Worker = Pick<Schema<"CaseWorkerShown">, "name" | "display_name" | "on_duty" | "assigned">;

/** Say of somebody who may be sent what a dispatcher asks: on duty or not, and how much there is to do already. */
export function workerLabel({ name, display_name, on_duty, assigned }: Worker, me: string | undefined): string {
  const told = [display_name, name === me && t("myself"), on_duty && t("on_duty"), assigned > 0 && t("has_cases", { count: assigned })];
  return told.filter(Boolean).join(" · ");
}

/** Nobody named means whoever is on duty in the case's district; the platform knows who that is. */
function AssigneeField({ district_id, value, onValue }: { district_id: string | null; value: string; onValue: (value: string) => void }) {
  const [workers, setWorkers] = useState<Worker[]>([]);
  const [failed, fail] = useState<unknown>(null);
  useEffect(() => {
    get("/v1/case-workers", { district_id }).then((answer) => setWorkers(answer.workers), fail);
  }, [district_id]);
  const people: Choice[] = workers.map((worker) => ({ value: worker.name, label: workerLabel(worker, user.value?.name) }));
  return (
    <>
      <Field label={t("assignee")}>
        <Select value={value} choices={[{ value: "", label: t("whoever_is_on_duty") }, ...people]} onValue={onValue} />
      </Field>
      <ErrorNote error={failed} />
    </>
  );
}

function Satisfaction({ value, onValue }: { value: number; onValue: (value: number) => void }) {
  return (
    <fieldset class="satisfaction">
      <legend>{t("satisfaction")}</legend>
      {[1, 2, 3, 4, 5].map((count) => (
        <label key={count}>
          <input type="radio" name="satisfaction" checked={value === count} onChange={() => onValue(count)} />
          {t("stars", { count })}
        </label>
      ))}
    </fieldset>
  );
}
