/** The form of one step: what it needs and nothing else; it cannot be sent before that is there. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { Button, Dialog, ErrorNote, Field, Input, Select, TextArea, fromLocalInput, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import type { Case, StepName, StepOrder } from "./case";
import { choicesOf } from "./kinds";
import { PhotoPicker } from "./photos";
import { BLANK, type Draft, missing, needsComment, orderOf, STEPS } from "./steps";
import { words } from "./words";

const t = translator(words);

interface Props {
  step: StepName;
  /** Of one case; of many, whether any of them asks for a comment. */
  about: Pick<Case, "comment_required" | "version"> & { title: string };
  onSend: (order: StepOrder) => Promise<void>;
  onClose: () => void;
}

/** Longest comment that the platform keeps. */
const COMMENT_MOST = 2000;

export function StepForm({ step, about, onSend, onClose }: Props) {
  const [draft, setDraft] = useState<Draft>(BLANK);
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
    await onSend(orderOf(step, about.version, draft)).catch(fail);
    setBusy(false);
  };
  const footer = (
    <>
      {lacks.length > 0 && <span class="step-lacks">{t("not_named", { what: lacks.map((need) => t(need === "comment" ? "comment_field" : need)).join("、") })}</span>}
      <Button onClick={onClose}>{t("cancel")}</Button>
      <Button type="submit" look={STEPS[step].look === "danger" ? "danger" : "primary"} disabled={busy || lacks.length > 0}>
        {busy ? t("sending") : t(step)}
      </Button>
    </>
  );
  return (
    <Dialog open title={`${t(step)} · ${about.title}`} onClose={onClose} onSubmit={send} footer={footer}>
      {needs.includes("assignee") && <AssigneeField value={draft.assignee} onValue={(assignee) => change({ assignee })} />}
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

export interface Assignee {
  name: string;
  display_name: string;
}

/** Whoever may be sent; the platform knows who is on duty. */
function AssigneeField({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const [people, setPeople] = useState<Assignee[] | null>(null);
  const [failed, fail] = useState<unknown>(null);
  useEffect(() => {
    get<{ assignees: Assignee[] }>("/v1/cases/assignees").then((answer) => setPeople(answer.assignees), fail);
  }, []);
  if (failed) return <ErrorNote error={failed} />;
  const choices = (people ?? []).map((person) => ({ value: person.name, label: person.display_name }));
  return (
    <Field label={t("assignee")}>
      <Select id="assignee" value={value} required onValue={onValue} choices={[{ value: "", label: t("choose") }, ...choices]} />
    </Field>
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
