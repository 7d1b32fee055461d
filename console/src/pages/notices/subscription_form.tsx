/** One subscription: what is told, where it is sent, when it is quiet, who is told when nobody answers. */
import { useState } from "preact/hooks";
import { post, put, remove } from "../../api/client";
import { Button, Check, type Choice, Drawer, Field, IconButton, Input, Select, severityName, toastProblem } from "../../design";
import { language, translator } from "../../i18n";
import { EditedMeanwhile, type Member, useMeanwhile } from "../../lists/meanwhile";
import { kindName, kinds } from "../../words/kinds";
import type { Channel } from "./channels";
import { Chips } from "./chips";
import { body, LEVELS_MOST, REASONS, type Subscription, toggled, type Wanted } from "./subscription";
import { words } from "./words";
import { words as designWords } from "../../design/words";

const t = translator(words);
const named = translator(designWords);

const severities = (): Choice[] => [0, 1, 2, 3].map((severity) => ({ value: String(severity), label: named(severityName(severity)) }));

interface PartProps {
  wanted: Wanted;
  set: (more: Partial<Wanted>) => void;
}

/** Boxes to tick, with a name for all of them. */
function Ticks({ label, hint, children }: { label: string; hint?: string; children: preact.ComponentChildren }) {
  return (
    <fieldset class="ticks">
      <legend>{label}</legend>
      {hint && <p class="muted">{hint}</p>}
      <div class="row wrap">{children}</div>
    </fieldset>
  );
}

function Channels({ label, hint, channels, chosen, onChosen }: { label: string; hint?: string; channels: Channel[]; chosen: string[]; onChosen: (ids: string[]) => void }) {
  return (
    <Ticks label={label} hint={hint}>
      {channels.map((channel) => (
        <Check key={channel.channel_id} label={channel.yours ? channel.name : `${channel.name} · ${channel.owner}`} checked={chosen.includes(channel.channel_id)}
          onValue={() => onChosen(toggled(chosen, channel.channel_id))} />
      ))}
    </Ticks>
  );
}

function What({ wanted, set, districts, companies }: PartProps & { districts: Choice[]; companies: Choice[] }) {
  const kindChoices = (kinds.value?.kinds ?? []).filter((kind) => kind.severity > 0).map((kind) => ({ value: kind.kind, label: kind[language.value] }));
  return (
    <>
      <Field label={t("severity")}><Select value={String(wanted.min_severity)} onValue={(value) => set({ min_severity: Number(value) })} choices={severities()} /></Field>
      <Chips label={t("kinds")} everything={t("every_kind")} choices={kindChoices} chosen={wanted.kinds} onChosen={(chosen) => set({ kinds: chosen })} />
      <Chips label={t("districts")} everything={t("every_district")} choices={districts} chosen={wanted.district_ids} onChosen={(chosen) => set({ district_ids: chosen })} />
      <Chips label={t("companies")} everything={t("every_company")} choices={companies} chosen={wanted.company_ids} onChosen={(chosen) => set({ company_ids: chosen })} />
      <Ticks label={t("reasons")}>
        {REASONS.map((reason) => <Check key={reason} label={t(reason)} checked={wanted.reasons.includes(reason)} onValue={() => set({ reasons: toggled(wanted.reasons, reason) })} />)}
      </Ticks>
    </>
  );
}

function Quiet({ wanted, set }: PartProps) {
  return (
    <>
      <div class="pair">
        <Field label={t("quiet_from")} hint={t("quiet_hint")}><Input type="time" value={wanted.quiet_from?.slice(0, 5) ?? ""} onValue={(quiet_from) => set({ quiet_from })} /></Field>
        <Field label={t("quiet_to")}><Input type="time" value={wanted.quiet_to?.slice(0, 5) ?? ""} onValue={(quiet_to) => set({ quiet_to })} /></Field>
      </div>
      <div class="pair">
        <Field label={t("quiet_passes")}>
          <Select value={String(wanted.quiet_passes)} onValue={(value) => set({ quiet_passes: Number(value) })} choices={[...severities(), { value: "4", label: t("never") }]} />
        </Field>
        <Field label={t("digest")} hint={t("digest_hint")}>
          <Input type="number" min={1} max={60} value={wanted.digest_over} onValue={(value) => set({ digest_over: Number(value) })} />
        </Field>
      </div>
    </>
  );
}

function Escalation({ wanted, set, channels }: PartProps & { channels: Channel[] }) {
  const { levels } = wanted;
  const change = (at: number, more: Partial<Wanted["levels"][number]>) => set({ levels: levels.map((level, one) => (one === at ? { ...level, ...more } : level)) });
  const after_s = (levels.at(-1)?.after_s ?? 0) + 600;
  return (
    <section class="stack">
      <h3>{t("chain")}</h3>
      <p class="muted">{t("chain_hint")}</p>
      {levels.map((level, at) => (
        <div class="level" key={at}>
          <div class="row between">
            <strong>{t("level", { level: at + 1 })}</strong>
            <IconButton icon="trash" label={t("remove")} onClick={() => set({ levels: levels.filter((_, one) => one !== at) })} />
          </div>
          <Field label={t("after_min")}><Input type="number" min={1} max={1440} value={level.after_s / 60} onValue={(value) => change(at, { after_s: Math.round(Number(value) * 60) })} /></Field>
          <Channels label={t("to")} channels={channels} chosen={level.channel_ids} onChosen={(channel_ids) => change(at, { channel_ids })} />
        </div>
      ))}
      {levels.length < LEVELS_MOST && <div><Button icon="plus" onClick={() => set({ levels: [...levels, { after_s, channel_ids: [] }] })}>{t("add_level")}</Button></div>}
      {levels.length > 0 && (
        <div class="pair">
          <Field label={t("repeats")}><Input type="number" min={0} max={10} value={wanted.repeats} onValue={(value) => set({ repeats: Number(value) })} /></Field>
          <Field label={t("repeat_every")}><Input type="number" min={1} max={1440} value={wanted.repeat_every_s / 60} onValue={(value) => set({ repeat_every_s: Math.round(Number(value) * 60) })} /></Field>
        </div>
      )}
    </section>
  );
}

interface FormProps {
  given: Wanted | Subscription;
  channels: Channel[];
  districts: Choice[];
  companies: Choice[];
  onDone: () => void;
  onClose: () => void;
}

export function SubscriptionForm({ given, channels, districts, companies, onDone, onClose }: FormProps) {
  const [wanted, change] = useState<Wanted>(given);
  const set = (more: Partial<Wanted>) => change((was) => ({ ...was, ...more }));
  const id = "subscription_id" in given ? given.subscription_id : null;
  const path = `/v1/subscriptions/${String(id)}` as const;
  const done = () => (onDone(), onClose());
  const meanwhile = useMeanwhile();
  const replace = (one: Wanted, revision: string | null) => put(path, { ...body(one), expected_revision: revision }).then(done, meanwhile.caught(toastProblem));
  const save = () => ("subscription_id" in given ? replace(wanted, given.revision) : post("/v1/subscriptions", body(wanted)).then(done, toastProblem));
  const drop = () => confirm(t("sure_subscription", { name: given.name })) && remove(path).then(done, toastProblem);
  const lacking = !wanted.name.trim() || wanted.channel_ids.length === 0 || wanted.reasons.length === 0;
  return (
    <>
      <Drawer title={id ? given.name : t("add_subscription")} open onClose={onClose} onSubmit={() => lacking || save()}
        footer={
          <>
            {id && <Button look="danger" icon="trash" onClick={drop}>{t("remove")}</Button>}
            <span class="grow muted">{wanted.channel_ids.length === 0 && t("choose_channel")}</span>
            <Button look="primary" type="submit" disabled={lacking}>{t("save")}</Button>
          </>
        }>
        <Field label={t("name")}><Input value={wanted.name} maxLength={80} required onValue={(name) => set({ name })} /></Field>
        <Check label={t("enabled")} checked={wanted.enabled} onValue={(enabled) => set({ enabled })} />
        <What wanted={wanted} set={set} districts={districts} companies={companies} />
        <Channels label={t("to")} hint={channels.length ? undefined : t("need_channel")} channels={channels} chosen={wanted.channel_ids} onChosen={(channel_ids) => set({ channel_ids })} />
        <Field label={t("language")}>
          <Select value={wanted.language} onValue={(value) => set({ language: value as Wanted["language"] })} choices={[{ value: "zh", label: t("chinese") }, { value: "en", label: t("english") }]} />
        </Field>
        <Quiet wanted={wanted} set={set} />
        <Escalation wanted={wanted} set={set} channels={channels} />
      </Drawer>
      {meanwhile.found && (
        <EditedMeanwhile found={meanwhile.found} before={body(given)} mine={body(wanted)} members={members(channels, districts, companies)} onKeep={done} onClose={meanwhile.clear}
          onSave={(chosen, revision) => void replace({ ...wanted, ...chosen }, revision)} />
      )}
    </>
  );
}

/** What can differ between two windows of one person, in words. */
function members(channels: Channel[], districts: Choice[], companies: Choice[]): Member[] {
  const listed = (name: (id: string) => string, all: string) => (value: unknown) => (Array.isArray(value) ? value.map((one) => name(String(one))).join(t("comma")) : all);
  const of = (choices: Choice[]) => (id: string) => choices.find((choice) => choice.value === id)?.label ?? id;
  const channel = (id: string) => channels.find((one) => one.channel_id === id)?.name ?? id;
  const minutes = (value: unknown) => t("minutes", { count: Number(value) / 60 });
  const levels = (value: unknown) => (value as Wanted["levels"]).map((level) => `${minutes(level.after_s)}: ${level.channel_ids.map(channel).join(t("comma"))}`).join(" → ") || "–";
  return [
    { name: "name", label: t("name") },
    { name: "enabled", label: t("enabled") },
    { name: "min_severity", label: t("severity"), shown: (value) => named(severityName(Number(value))) },
    { name: "kinds", label: t("kinds"), shown: listed(kindName, t("every_kind")) },
    { name: "district_ids", label: t("districts"), shown: listed(of(districts), t("every_district")) },
    { name: "company_ids", label: t("companies"), shown: listed(of(companies), t("every_company")) },
    { name: "reasons", label: t("reasons"), shown: listed((reason) => t(reason as Wanted["reasons"][number]), "–") },
    { name: "channel_ids", label: t("to"), shown: listed(channel, "–") },
    { name: "language", label: t("language"), shown: (value) => t(value === "en" ? "english" : "chinese") },
    { name: "quiet_from", label: t("quiet_from") },
    { name: "quiet_to", label: t("quiet_to") },
    { name: "quiet_passes", label: t("quiet_passes"), shown: (value) => (Number(value) > 3 ? t("never") : named(severityName(Number(value)))) },
    { name: "digest_over", label: t("digest") },
    { name: "levels", label: t("chain"), shown: levels },
    { name: "repeats", label: t("repeats") },
    { name: "repeat_every_s", label: t("repeat_every"), shown: minutes },
  ];
}

