/** The form of one step: what it needs and nothing else; it cannot be sent before that is there. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { stamp } from "../../charts/time";
import { Button, type Choice, Dialog, ErrorNote, Field, Input, Select, TextArea, fromLocalInput, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import { user } from "../../session/session";
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

interface Shift {
  assignee: string;
  assignee_name: string;
  on_duty_now: boolean;
}

const OTHER = "\u0000other";
/** Who had or has a shift in these days is worth offering. [ms] */
const ROSTER_AROUND_MS = 3 * 86_400_000;

/** Return the people of the roster once each, those on duty now first. */
export function people(shifts: readonly Shift[], me: { name: string; display_name: string } | null | undefined): Choice[] {
  const sorted = [...shifts].sort((a, b) => Number(b.on_duty_now) - Number(a.on_duty_now));
  const found = new Map(sorted.map((shift) => [shift.assignee, shift.on_duty_now ? `${shift.assignee_name} ·  ${t("on_duty")}` : shift.assignee_name]));
  if (me && !found.has(me.name)) found.set(me.name, `${me.display_name} · ${t("myself")}`);
  return [...found].map(([value, label]) => ({ value, label }));
}

/** Nobody named means whoever is on duty in the case's district; the platform knows who that is. */
function AssigneeField({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const [shifts, setShifts] = useState<Shift[]>([]);
  const [other, setOther] = useState(false);
  useEffect(() => {
    const now_ms = Date.now();
    get<{ shifts: Shift[] }>("/v1/duty-roster", { datetime: `${stamp(now_ms - ROSTER_AROUND_MS)}/${stamp(now_ms + ROSTER_AROUND_MS)}` }).then(
      (answer) => setShifts(answer.shifts),
      () => setShifts([]),
    );
  }, []);
  const choices = [{ value: "", label: t("whoever_is_on_duty") }, ...people(shifts, user.value), { value: OTHER, label: t("other_login") }];
  return (
    <>
      <Field label={t("assignee")}>
        <Select id="assignee" value={other ? OTHER : value} choices={choices} onValue={(chosen) => (setOther(chosen === OTHER), onValue(chosen === OTHER ? "" : chosen))} />
      </Field>
      {other && <Field label={t("login")}><Input value={value} maxLength={40} onValue={(name) => onValue(name.trim())} /></Field>}
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
