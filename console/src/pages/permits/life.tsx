/** 申报, 核准, 注销: where a permit is in its life, what may be done next, and what it still allows. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import { Badge, Button, Field, fullTime, Input, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { word } from "../registers/value_words";
import { period } from "./period";
import { type Permit, TONES, useFailing } from "./permit";
import { QuotaBar } from "./quota_bar";
import { words } from "./words";

const t = translator(words);

const DANGEROUS = new Set(["reject", "suspend", "cancel"]);
/** Where a permit goes if all goes well; a permit that was rejected or suspended stands beside. */
const PATH = ["applied", "approved", "cancelled"] as const;

function Stepper({ permit }: { permit: Permit }) {
  const aside = permit.status === "rejected" || permit.status === "suspended" ? permit.status : null;
  const at = aside === "rejected" ? 0 : aside === "suspended" ? 1 : PATH.indexOf(permit.status as "applied");
  return (
    <ol class="permit-path">
      {PATH.map((status, index) => (
        <li key={status} class={index < at ? "done" : index === at ? "here" : ""} aria-current={index === at ? "step" : undefined}>
          <span class="mark" aria-hidden="true" />{index === at && aside ? <Badge tone={TONES[aside]}>{word(aside)}</Badge> : word(status)}
        </li>
      ))}
    </ol>
  );
}

function Steps({ permit, commented, onDone }: { permit: Permit; commented: string[]; onDone: () => void }) {
  const [comment, write] = useState("");
  const [lacking, ask] = useState(false);
  const take = (step: string) => {
    if (commented.includes(step) && !comment.trim()) return ask(true);
    const body = { step, expected_version: permit.version, ...(comment.trim() && { comment: comment.trim() }) };
    post(`/v1/permits/${encodeURIComponent(permit.permit_id)}/steps`, body).then(onDone, (error) => (toastProblem(error), onDone()));
  };
  if (!permit.allowed_steps.length) return null;
  return (
    <div class="stack">
      <Field label={t("comment")} wrong={lacking && !comment.trim() ? t("comment_needed") : null}><Input value={comment} maxLength={500} onValue={write} /></Field>
      <div class="row wrap">
        {permit.allowed_steps.map((step) => <Button key={step} data-step={step} look={DANGEROUS.has(step) ? "danger" : "primary"} onClick={() => take(step)}>{word(step)}</Button>)}
      </div>
    </div>
  );
}

function FailingTrucks({ permit }: { permit: Permit }) {
  const failing = useFailing(permit.company_id).get(permit.permit_id) ?? [];
  if (!failing.length) return null;
  return (
    <div class="permit-warning" role="note" data-failing={failing.length}>
      <p class="strong">{t("failing_trucks")}</p>
      <p>{failing.map((truck) => truck.plate ?? truck.vehicle_id).join("、")}</p>
      <a href="/console/compliance">{t("to_compliance")}</a>
    </div>
  );
}

export function Life({ permit, commented, onDone }: { permit: Permit; commented: string[]; onDone: () => void }) {
  const when = period(permit);
  return (
    <div class="stack">
      <Stepper permit={permit} />
      {when !== "in_force" && <div><Badge tone={when === "expired" ? "critical" : "notice"}>{t(when)}</Badge></div>}
      {may("register") && <Steps key={permit.version} permit={permit} commented={commented} onDone={onDone} />}
      <FailingTrucks key={permit.version} permit={permit} />
      <h3>{t("quota")}</h3>
      {permit.quota.length ? permit.quota.map((quota) => <QuotaBar key={quota.unit} quota={quota} />) : <p class="muted">{t("no_quota")}</p>}
      <h3>{t("steps")}</h3>
      {!permit.steps?.length && <p class="muted">–</p>}
      <ol class="changes">
        {permit.steps?.map((step) => (
          <li key={step.step_no}><div class="row wrap"><Badge tone={TONES[step.to_status as keyof typeof TONES] ?? "outline"}>{word(step.step)}</Badge><span class="strong">{step.by_name}</span><time class="muted" dateTime={step.at}>{fullTime(step.at)}</time></div>{step.comment && <p>{step.comment}</p>}</li>
        ))}
      </ol>
      <div><Button icon="document" href={`/console/permits/${encodeURIComponent(permit.permit_id)}/sheet`}>{t("print")}</Button></div>
    </div>
  );
}
