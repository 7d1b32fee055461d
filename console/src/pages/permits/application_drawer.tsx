/** One application: where it stands, what to look at, what is applied for, what was done, and what its reader may do. */
import { useEffect, useState } from "preact/hooks";
import { get, post } from "../../api/client";
import { Badge, Button, Drawer, ErrorNote, fullTime, Icon, Skeleton, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { joined } from "../../words/punctuation";
import { type Application, asLeft, type Content, hours, memberName, PATH, placeName, quotaText, remarkText, shown, TONES, type Whole } from "./application";
import { words } from "./application_words";
import { Decide } from "./decide";
import { PlaceMap } from "./place_map";

const t = translator(words);

/** Names of what an application names, by id. */
const namesOf = (one: Whole) => {
  const known = new Map([...one.vehicles.map((truck) => [truck.vehicle_id, truck.plate ?? truck.vehicle_id] as const), ...one.places.map((place) => [place.id, placeName(place)] as const)]);
  return (id: string) => known.get(id) ?? id;
};

export const Standing = ({ one }: { one: Pick<Application, "status"> }) => <Badge tone={TONES[one.status]}>{t(`status_${one.status}`)}</Badge>;

function Way({ one }: { one: Whole }) {
  const at = one.status === "approved" ? 2 : one.status === "submitted" ? 1 : 0;
  const aside = one.status === "rejected" || one.status === "returned" || one.status === "withdrawn" || one.status === "draft";
  return (
    <ol class="permit-path">
      {(["path_apply", "path_decide", "path_force"] as const).map((name, index) => (
        <li key={name} class={index < at ? "done" : index === at ? "here" : ""} aria-current={index === at ? "step" : undefined}>
          <span class="mark" aria-hidden="true" />{index === at && aside ? <Standing one={one} /> : t(name)}
        </li>
      ))}
    </ol>
  );
}

function Remarks({ one }: { one: Whole }) {
  const names = namesOf(one);
  if (!one.remarks.length) return null;
  return (
    <section>
      <h3>{t("remarks")}</h3>
      <ul class="remarks">
        {one.remarks.map((remark) => (
          <li key={remark.code + (remark.ids?.[0] ?? "")} class={remark.stop ? "stop" : ""} data-remark={remark.code}><Icon name="alert" /><span>{remarkText(remark, names)}</span></li>
        ))}
      </ul>
    </section>
  );
}

function Differences({ one }: { one: Whole }) {
  const names = namesOf(one);
  if (!one.changes.length) return null;
  return (
    <section>
      <h3>{t("difference")}</h3>
      <div class="table-frame">
        <table class="table differences">
          <thead><tr><th scope="col" /><th scope="col">{t("before")}</th><th scope="col">{t("after")}</th></tr></thead>
          <tbody>{one.changes.map((change) => <tr key={change.member} data-member={change.member}><th scope="row">{memberName(change.member)}</th><td>{shown(change.member, change.before, names)}</td><td class="strong">{shown(change.member, change.after, names)}</td></tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Basics({ one }: { one: Whole }) {
  const { content } = one;
  const names = namesOf(one);
  const list = (ids: string[] | undefined) => ids?.map(names).join(t("and"));
  const time = (member: "valid_from" | "valid_to") => (content[member] ? fullTime(content[member] as string).slice(0, -3) : "…");
  const plates = list(content.vehicle_ids);
  return (
    <section>
      <h3>{t("basics")}</h3>
      <dl class="facts start">
        <dt>{t("company")}</dt><dd>{one.company_name ?? one.company_id}</dd>
        <dt>{t("trucks")}</dt><dd>{plates ?? (one.kind === "new" ? "–" : t("all_trucks"))}</dd>
        <dt>{t("site")}</dt><dd>{content.site_id ? names(content.site_id) : "–"}</dd>
        <dt>{t("dump_points")}</dt><dd>{list(content.dump_point_ids) ?? "–"}</dd>
        <dt>{t("corridors")}</dt><dd>{list(content.corridor_ids) ?? t("by_officer")}</dd>
        <dt>{t("period")}</dt><dd>{content.valid_from || content.valid_to ? `${time("valid_from")} – ${time("valid_to")}` : "–"}</dd>
        <dt>{t("hours")}</dt><dd>{hours(content.windows) || t("any_time")}</dd>
        <dt>{t("quota")}</dt><dd>{quotaText(content as Content) || "–"}</dd>
        <dt>{t("spoil")}</dt><dd>{content.spoil ?? "–"}</dd>
        <dt>{t("note")}</dt><dd>{content.note ?? "–"}</dd>
      </dl>
    </section>
  );
}

function Steps({ one }: { one: Whole }) {
  const names = namesOf(one);
  const told = (changes: Record<string, unknown>) => joined(Object.entries(changes).map(([member, value]) => `${memberName(member)} ${shown(member, value, names)}`));
  return (
    <section>
      <h3>{t("steps")}</h3>
      <ol class="changes">
        {one.steps.map((step) => (
          <li key={step.step_no} data-step={step.step}>
            <div class="row wrap"><Badge tone={TONES[step.to_status]}>{t(`step_${step.step}` as "step_create")}</Badge><span class="strong">{step.by_name}</span><time class="muted" dateTime={step.at}>{fullTime(step.at)}</time></div>
            {step.comment && <p>{step.comment}</p>}
            {step.changes.length > 0 && <p class="muted">{t("changed", { what: joined(step.changes.map((change) => `${memberName(change.member)} ${shown(change.member, change.before, names)} → ${shown(change.member, change.after, names)}`)) })}</p>}
            {step.detail.changes && <p class="muted">{t("set_otherwise", { what: told(step.detail.changes as Record<string, unknown>) })}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Props {
  id: string;
  onChanged: () => void;
  onEdit: (one: Whole) => void;
  onClose: () => void;
}

export function ApplicationDrawer({ id, onChanged, onEdit, onClose }: Props) {
  const [one, keep] = useState<Whole | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [left, leave] = useState<Whole | null>(null);
  const load = () => get(`${PATH}/${id}`).then(keep, fail);
  useEffect(() => void load(), [id]);
  const changed = (now: Whole) => (keep(now), leave(null), onChanged());
  const overtaken = (now: Whole) => (keep(now), leave(now), onChanged());
  const withdraw = async () => {
    if (!one || !confirm(t("withdraw_sure"))) return;
    await post(`${PATH}/${id}/steps`, { step: "withdraw", expected_version: one.version }).then(
      (now) => (toast(t("done_withdraw")), changed(now)),
      (error) => {
        const now = asLeft(error);
        if (now) overtaken(now);
        else toastProblem(error);
      },
    );
  };
  const mine = one?.allowed_steps.includes("withdraw") ?? false;
  const writable = mine && (one?.status === "draft" || one?.status === "returned");
  const why = one?.status === "returned" ? "returned_why" : one?.status === "rejected" ? "rejected_why" : null;
  return (
    <Drawer title={one ? `${t(`kind_${one.kind}`)} · ${one.application_no}` : t("applications")} open onClose={onClose}
      footer={mine && one && <><Button look="danger" onClick={() => void withdraw()}>{t("withdraw")}</Button><span class="grow" />{writable && <Button look="primary" icon="edit" onClick={() => onEdit(one)}>{t("edit")}</Button>}</>}>
      {failed ? <ErrorNote error={failed} onRetry={() => (fail(null), void load())} /> : !one ? <Skeleton lines={8} /> : (
        <div class="application stack" data-application={one.application_no} data-status={one.status}>
          {left && <div class="moved-on" role="alert"><p class="strong">{t("moved_on", { who: left.last_step.by_name, step: t(`step_${left.last_step.step}` as "step_create") })}</p><p>{t("moved_on_hint")}</p></div>}
          <Way one={one} />
          {why && one.last_step.comment && <div class="returned" role="note"><p class="strong">{t(why)}</p><p>{one.last_step.comment}</p>{writable && <p class="muted">{t("correct")}</p>}</div>}
          {one.kind !== "new" && <p>{t("of_permit", { permit: one.permit_id ?? "" })}</p>}
          {one.permit_id && <div><Button icon="key" href={`/console/permits?id=${encodeURIComponent(one.permit_id)}`}>{t("to_permit", { permit: one.permit_id })}</Button></div>}
          <Remarks one={one} />
          <Differences one={one} />
          <Basics one={one} />
          {one.allowed_steps.includes("approve") && <Decide key={one.version} one={one} onDone={changed} onLeft={overtaken} />}
          <PlaceMap places={one.places} />
          <Steps one={one} />
        </div>
      )}
    </Drawer>
  );
}
