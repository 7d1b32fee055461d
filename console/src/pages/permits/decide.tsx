/** 审批: an officer approves, with what is to be otherwise; sends back; or rejects, with the reason that the company reads. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, ErrorNote, Field, Input, TextArea, toast } from "../../design";
import { fromLocalInput, toLocalInput } from "../../design/time";
import { translator } from "../../i18n";
import type { RegisterField } from "../registers/description";
import { FieldInput } from "../registers/inputs";
import { asLeft, faultsOf, isEmpty, memberName, PATH, type Whole } from "./application";
import { words } from "./application_words";

const t = translator(words);

type Changes = NonNullable<Schema<"StepOrder">["changes"]>;

const CORRIDORS = { name: "corridor_ids", zh: words.zh.corridors, en: words.en.corridors, kind: "ids", refers: "corridors", choices: [] } as unknown as RegisterField;
const COMMENTED = new Set(["send_back", "reject"]);

function Limits({ one, changes, onChanges }: { one: Whole; changes: Changes; onChanges: (changes: Changes) => void }) {
  const set = (member: keyof Changes) => (value: unknown) => onChanges({ ...changes, [member]: isEmpty(value) ? undefined : value });
  const amount = (member: "quota_m3" | "quota_t" | "quota_trips") => (
    <Field label={t(member)}><Input type="number" min={1} step={member === "quota_trips" ? 1 : "any"} placeholder={one.content[member] ? String(one.content[member]) : ""} value={changes[member] ?? ""} onValue={(typed) => set(member)(typed === "" ? undefined : Number(typed))} /></Field>
  );
  return (
    <details class="limits">
      <summary>{t("limits")}<span class="muted"> · {t("limits_hint")}</span></summary>
      <div class="stack">
        <div class="columns">
          <Field label={t("valid_to")}><Input type="datetime-local" value={toLocalInput(changes.valid_to ?? null)} onValue={(typed) => set("valid_to")(fromLocalInput(typed))} /></Field>
          <Field label={t("max_load")}><Input type="number" min={1} value={changes.max_load_kg ?? ""} onValue={(typed) => set("max_load_kg")(typed === "" ? undefined : Number(typed))} /></Field>
          {amount("quota_m3")}{amount("quota_t")}{amount("quota_trips")}
          {one.kind === "new" && <Field label={t("permit_no")} hint={t("permit_no_hint")}><Input value={changes.permit_id ?? ""} maxLength={100} onValue={(typed) => set("permit_id")(typed.trim())} /></Field>}
        </div>
        <div role="group" aria-label={t("corridors")} class="field"><span class="label">{t("corridors")}</span><FieldInput field={CORRIDORS} value={changes.corridor_ids ?? null} disabled={false} onValue={set("corridor_ids")} /></div>
        <Field label={t("conditions")}><TextArea rows={2} maxLength={500} value={changes.conditions ?? ""} onValue={set("conditions")} /></Field>
        <Field label={t("issuer")}><Input maxLength={100} value={changes.issuer ?? ""} onValue={set("issuer")} /></Field>
      </div>
    </details>
  );
}

export function Decide({ one, onDone, onLeft }: { one: Whole; onDone: (one: Whole) => void; onLeft: (now: Whole) => void }) {
  const [comment, write] = useState("");
  const [changes, change] = useState<Changes>({});
  const [lacking, ask] = useState(false);
  const [failed, fail] = useState<unknown>(null);
  const [busy, wait] = useState(false);
  const stopped = one.remarks.some((remark) => remark.stop);
  const take = async (step: Schema<"StepOrder">["step"]) => {
    if (COMMENTED.has(step) && !comment.trim()) return ask(true);
    const body = {
      step, expected_version: one.version, ...(comment.trim() && { comment: comment.trim() }), ...(step === "approve" && Object.values(changes).some((value) => value !== undefined) && { changes }),
    };
    wait(true);
    fail(null);
    await post(`${PATH}/${one.application_id}/steps`, body).then(
      (now) => (toast(t(`done_${step}` as "done_approve", { permit: now.permit_id ?? "" })), onDone(now)),
      (error) => {
        const now = asLeft(error);
        if (now) onLeft(now);
        else fail(error);
      },
    );
    wait(false);
  };
  const faults = faultsOf(failed);
  return (
    <section class="decide stack" aria-label={t("path_decide")}>
      <Limits one={one} changes={changes} onChanges={change} />
      <Field label={t("reason")} wrong={lacking && !comment.trim() ? t("reason_needed") : null}><TextArea rows={2} maxLength={500} value={comment} onValue={write} /></Field>
      {failed && !faults.length ? <ErrorNote error={failed} /> : null}
      {faults.length > 0 && <ul class="fault-lines" role="alert">{faults.map((fault, at) => <li key={at}><span class="strong">{memberName(fault.field ?? "")}</span> {t("fault", { expected: fault.expected, got: fault.got })}</li>)}</ul>}
      <div class="row wrap">
        <Button look="primary" data-step="approve" disabled={busy || (stopped && !Object.keys(changes).length)} onClick={() => void take("approve")}>{t("approve")}</Button>
        <Button data-step="send_back" disabled={busy} onClick={() => void take("send_back")}>{t("send_back")}</Button>
        <Button look="danger" data-step="reject" disabled={busy} onClick={() => void take("reject")}>{t("reject")}</Button>
      </div>
    </section>
  );
}
