/** 申报, 核准, 注销: where a permit is in its life, what may be done next, and what it still allows. */
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import { Badge, Button, Field, fullTime, Input, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { may, user } from "../../session/session";
import { word } from "../registers/value_words";
import type { Content } from "./application";
import { ApplicationForm, type Writing } from "./application_form";
import { period } from "./period";
import { type Permit, TONES, useFailing } from "./permit";
import { QuotaBar } from "./quota_bar";
import { listed } from "../../words/punctuation";
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
  const take = (step: Permit["allowed_steps"][number]) => {
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
      <p>{listed(failing.map((truck) => truck.plate ?? truck.vehicle_id))}</p>
      <a href="/console/compliance">{t("to_compliance")}</a>
    </div>
  );
}

/** The members that a company could ask to be otherwise. */
const ASKED = ["vehicle_ids", "site_id", "dump_point_ids", "corridor_ids", "valid_from", "valid_to", "windows", "spoil", "quota_trips", "quota_t", "quota_m3"] as const;
const baseOf = (permit: Permit) => Object.fromEntries(ASKED.filter((name) => permit[name] !== undefined && permit[name] !== null).map((name) => [name, permit[name]])) as Content;

/** Where the permit came from, and what its company may ask of it. */
function Applications({ permit }: { permit: Permit }) {
  const { route } = useLocation();
  const [writing, write] = useState<Writing | null>(null);
  const asks = may("apply") && Boolean(user.value?.company_id) && permit.status === "approved";
  const waits = permit.applications?.some((one) => one.kind !== "new" && ["draft", "submitted", "returned"].includes(one.status));
  return (
    <>
      {permit.conditions && <><h3>{t("conditions")}</h3><p>{permit.conditions}</p></>}
      {Boolean(permit.applications?.length) && (
        <>
          <h3>{t("from_application")}</h3>
          <ul class="row wrap">{permit.applications?.map((one) => <li key={one.application_id}><a href={`/console/permits/applications?id=${one.application_id}`}>{one.application_no}</a></li>)}</ul>
        </>
      )}
      {asks && !waits && (
        <div class="row wrap">
          {(["extension", "change"] as const).map((kind) => <Button key={kind} icon="edit" onClick={() => write({ kind, permit_id: permit.permit_id, base: baseOf(permit) })}>{t(`ask_${kind}`)}</Button>)}
        </div>
      )}
      {writing && <ApplicationForm writing={writing} onDone={(one) => route(`/console/permits/applications?id=${one.application_id}`)} onClose={() => write(null)} />}
    </>
  );
}

export function Life({ permit, commented, onDone }: { permit: Permit; commented: string[]; onDone: () => void }) {
  const when = period(permit);
  return (
    <div class="stack">
      <Stepper permit={permit} />
      {when !== "in_force" && <div><Badge tone={when === "expired" ? "critical" : "notice"}>{t(when)}</Badge></div>}
      {may("permit") && <Steps key={permit.version} permit={permit} commented={commented} onDone={onDone} />}
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
      <Applications permit={permit} />
      <div class="row wrap"><Button icon="document" href={`/console/permits/${encodeURIComponent(permit.permit_id)}/sheet`}>{t("print")}</Button></div>
    </div>
  );
}
