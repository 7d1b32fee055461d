/** What is done with all marked cases at once. Each is taken or refused by itself; what was refused is said. */
import { useLayoutEffect, useState } from "preact/hooks";
import { Button, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import type { Case, StepName, StepOrder } from "../case/case";
import { wordOf } from "../../words/kinds";
import { StepForm } from "../case/step_form";
import { BULK, STEPS } from "../case/steps";
import { takeSteps } from "../case/work";
import { writing } from "../case/keys";
import { words } from "./words";

const t = translator(words);

interface Props {
  rows: readonly Case[];
  onDone: () => void;
  onCase: (one: Case) => void;
}

/** The platform takes so many at once. */
const MOST = 200;

export function Bulk({ rows, onDone, onCase }: Props) {
  const [form, setForm] = useState<StepName | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (step: StepName, order: Partial<StepOrder> = {}) => {
    setBusy(true);
    try {
      const { expected_version: _, ...rest } = order;
      const results = await takeSteps(rows.slice(0, MOST).map((row) => row.case_id), { ...rest, step });
      for (const { case: one } of results) if (one) onCase(one);
      const refused = results.filter((result) => !result.ok);
      const [name, done] = [wordOf("steps", step), results.length - refused.length];
      if (done > 0) toast(t("bulk_done", { done, step: name }));
      if (refused.length > 0) toast(t("bulk_failed", { failed: refused.length, step: name, why: refused[0]?.problem?.detail ?? "" }), "critical");
      setForm(null);
      onDone();
    } finally {
      setBusy(false);
    }
  };
  const start = (step: StepName) => (STEPS[step].atOnce ? void send(step).catch(toastProblem) : setForm(step));
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event) && BULK.find((each) => STEPS[each].key === event.key);
      if (!step || busy) return;
      event.preventDefault();
      start(step);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  const about = {
    comment_required: rows.some((row) => row.comment_required),
    version: 1,
    district_id: rows.every((row) => row.district_id === rows[0]?.district_id) ? (rows[0]?.district_id ?? null) : null,
    title: t("several", { count: rows.length }),
  };
  return (
    <div class="bulk" role="toolbar" aria-label={t("marked", { count: rows.length })}>
      <b>{t("marked", { count: rows.length })}</b>
      {BULK.map((step) => (
        <Button key={step} icon={STEPS[step].icon} look={STEPS[step].look} disabled={busy} data-bulk={step} onClick={() => start(step)}>{wordOf("steps", step)}</Button>
      ))}
      <span class="grow" />
      <Button look="quiet" onClick={onDone}>{t("unmark")}</Button>
      {form && <StepForm step={form} about={about} onSend={(order) => send(form, order)} onClose={() => setForm(null)} />}
    </div>
  );
}
