/** 申报: what a company applies for, filled in, kept as a draft or sent in; a change begins with what its permit says. */
import { useState } from "preact/hooks";
import { post, put } from "../../api/client";
import { Badge, Button, Dialog, ErrorNote, Field, Input, Select, Skeleton, TextArea, toast } from "../../design";
import { fromLocalInput, toLocalInput } from "../../design/time";
import { translator } from "../../i18n";
import type { RegisterField } from "../registers/description";
import { Windows } from "../registers/hours";
import { type Content, type Fault, faultsOf, filled, type Kind, memberName, otherwise, PATH, type Place, placeName, type Whole } from "./application";
import { words } from "./application_words";
import { Checklist, type Option } from "./checklist";
import { type Offers, useOffers } from "./offers";
import { PlaceMap } from "./place_map";

const t = translator(words);

/** What is written at: a new application, one of a permit, or one that is a draft or was sent back. */
export type Writing = { kind: Kind; permit_id?: string; base?: Content; of?: Whole };

// Of an extension nothing else may be otherwise.
const EXTENDED = new Set(["valid_to", "quota_m3", "quota_t", "quota_trips", "note"]);
const HINTS = { new: "new_hint", change: "change_hint", extension: "extension_hint" } as const;
const WINDOWS = { name: "windows", zh: words.zh.hours, en: words.en.hours } as RegisterField;

const number = (typed: string) => (typed === "" ? undefined : Number(typed));

/** Options of what is offered, and of what was chosen before and is offered no more. */
function optionsOf(places: Place[], chosen: string[] = []): Option[] {
  const known = new Set(places.map((place) => place.id));
  return [...places.map((place) => ({ id: place.id, label: placeName(place) })), ...chosen.filter((id) => !known.has(id)).map((id) => ({ id, label: id }))];
}

function truckOptions(offers: Offers, chosen: string[] = []): Option[] {
  const known = new Set(offers.trucks.map((truck) => truck.id));
  const own = offers.trucks.map((truck) => ({ id: truck.id, label: truck.plate, mark: truck.failing && <Badge tone="warning">{t("fails")}</Badge> }));
  return [...own, ...chosen.filter((id) => !known.has(id)).map((id) => ({ id, label: id }))];
}

function chosenPlaces(offers: Offers, content: Content): Place[] {
  const of = (places: Place[], ids: string[] = []) => places.filter((place) => ids.includes(place.id));
  return [...of(offers.corridors, content.corridor_ids), ...of(offers.sites, content.site_id ? [content.site_id] : []), ...of(offers.dump_points, content.dump_point_ids)];
}

interface FieldsProps {
  offers: Offers;
  content: Content;
  kind: Kind;
  wrong: (member: keyof Content) => string | null;
  onContent: (content: Content) => void;
}

function Fields({ offers, content, kind, wrong, onContent }: FieldsProps) {
  const set = (member: keyof Content) => (value: unknown) => onContent({ ...content, [member]: value ?? undefined });
  const fixed = (member: keyof Content) => (kind === "extension" && !EXTENDED.has(member)) || (kind === "change" && member === "site_id");
  const time = (member: "valid_from" | "valid_to") => (
    <Field label={t(member)} wrong={wrong(member)}><Input type="datetime-local" disabled={fixed(member)} value={toLocalInput(content[member] ?? null)} onValue={(typed) => set(member)(fromLocalInput(typed))} /></Field>
  );
  const amount = (member: "quota_m3" | "quota_t" | "quota_trips") => (
    <Field label={t(member)} wrong={wrong(member)}><Input type="number" min={1} step={member === "quota_trips" ? 1 : "any"} value={content[member] ?? ""} onValue={(typed) => set(member)(number(typed))} /></Field>
  );
  return (
    <>
      <Checklist label={t("trucks")} options={truckOptions(offers, content.vehicle_ids)} chosen={content.vehicle_ids ?? []} disabled={fixed("vehicle_ids")} wrong={wrong("vehicle_ids")}
        hint={kind === "new" ? undefined : content.vehicle_ids ? undefined : t("all_trucks")} filter={t("filter_trucks")} empty={t("no_truck")} onChosen={set("vehicle_ids")} />
      <Field label={t("site")} wrong={wrong("site_id")}>
        <Select value={content.site_id ?? ""} disabled={fixed("site_id")} choices={[{ value: "", label: t("choose") }, ...optionsOf(offers.sites, content.site_id ? [content.site_id] : []).map(({ id, label }) => ({ value: id, label }))]} onValue={(id) => set("site_id")(id || undefined)} />
      </Field>
      <Checklist label={t("dump_points")} options={optionsOf(offers.dump_points, content.dump_point_ids)} chosen={content.dump_point_ids ?? []} disabled={fixed("dump_point_ids")} wrong={wrong("dump_point_ids")} filter={t("dump_points")} empty="–" onChosen={set("dump_point_ids")} />
      <Checklist label={t("corridors")} options={optionsOf(offers.corridors, content.corridor_ids)} chosen={content.corridor_ids ?? []} disabled={fixed("corridor_ids")} wrong={wrong("corridor_ids")} hint={t("by_officer")} filter={t("corridors")} empty={t("by_officer")} onChosen={set("corridor_ids")} />
      <PlaceMap places={chosenPlaces(offers, content)} />
      <div class="columns">{time("valid_from")}{time("valid_to")}</div>
      <fieldset class="checklist"><legend>{t("hours")}</legend><Windows field={WINDOWS} value={content.windows ?? null} disabled={fixed("windows")} onValue={set("windows")} />{wrong("windows") && <p class="wrong" role="alert">{wrong("windows")}</p>}</fieldset>
      <div class="columns thirds">{amount("quota_m3")}{amount("quota_t")}{amount("quota_trips")}</div>
      <p class="muted small">{t("quota_hint")}</p>
      <Field label={t("spoil")} hint={t("spoil_hint")} wrong={wrong("spoil")}><Input value={content.spoil ?? ""} disabled={fixed("spoil")} maxLength={100} onValue={(typed) => set("spoil")(typed || undefined)} /></Field>
      <Field label={t("note")} hint={t("note_hint")} wrong={wrong("note")}><TextArea rows={3} maxLength={500} value={content.note ?? ""} onValue={(typed) => set("note")(typed || undefined)} /></Field>
    </>
  );
}

/** Keep what was written; of a change, only what is otherwise than its permit. */
function written(writing: Writing, content: Content, kept: Whole | null): Promise<Whole> {
  const of = kept ?? writing.of ?? null;
  const body = writing.kind === "new" ? filled(content) : otherwise(filled(content), writing.base ?? {});
  return of
    ? put(`${PATH}/${of.application_id}`, { expected_version: of.version, content: filled(content) })
    : post(PATH, { kind: writing.kind, ...(writing.permit_id && { permit_id: writing.permit_id }), content: body });
}

export function ApplicationForm({ writing, onDone, onClose }: { writing: Writing; onDone: (one: Whole) => void; onClose: () => void }) {
  const { offers, error: unoffered } = useOffers();
  const [content, write] = useState<Content>(writing.of?.content ?? writing.base ?? {});
  const [kept, keep] = useState<Whole | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [refused, refuse] = useState<Content>({});
  const [busy, wait] = useState(false);
  const again = writing.of?.status === "returned";
  const send = async (submit: boolean) => {
    if (busy) return;
    wait(true);
    fail(null);
    try {
      let one = await written(writing, content, kept);
      keep(one);
      if (submit) one = await post(`${PATH}/${one.application_id}/steps`, { step: "submit", expected_version: one.version });
      toast(t(submit ? "submitted" : "saved"));
      onDone(one);
    } catch (error) {
      fail(error);
      refuse(content);
    }
    wait(false);
  };
  const faults: Fault[] = faultsOf(failed);
  // What was filled in anew is not wrong any more, as far as anybody knows.
  const stands = (fault: Fault) => !fault.field || content[fault.field as keyof Content] === refused[fault.field as keyof Content];
  const wrong = (member: string) => {
    const fault = faults.find((one) => one.field === member && stands(one));
    return fault ? (fault.got === "nothing" || fault.got === "none" ? t("needed") : t("fault", { expected: fault.expected, got: fault.got })) : null;
  };
  const elsewhere = faults.filter((fault) => !fault.field || !(`member_${fault.field}` in words.zh) || fault.field === "permit_id");
  const permit = writing.permit_id ?? (writing.kind === "new" ? undefined : writing.of?.permit_id);
  return (
    <Dialog wide title={`${t(`kind_${writing.kind}`)}${permit ? ` · ${permit}` : ""}`} open onClose={onClose} onSubmit={() => void send(true)}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><span class="grow" /><Button disabled={busy || !offers} onClick={() => void send(false)}>{t("save")}</Button><Button look="primary" type="submit" disabled={busy || !offers}>{t(again ? "resubmit" : "submit")}</Button></>}>
      <div class="application-form stack">
        {again && writing.of && <div class="returned" role="note"><p class="strong">{t("returned_why")}</p><p>{writing.of.last_step.comment}</p></div>}
        <p class="muted">{t(HINTS[writing.kind])}</p>
        {(unoffered || (failed && (!faults.length || elsewhere.length))) ? <ErrorNote error={unoffered ?? failed} /> : null}
        {faults.some(stands) && !elsewhere.length && <p class="wrong" role="alert">{t("to_correct", { what: faults.filter(stands).map((fault) => memberName(fault.field ?? "")).join(t("and")) })}</p>}
        {offers ? <Fields offers={offers} content={content} kind={writing.kind} wrong={wrong} onContent={write} /> : !unoffered && <Skeleton lines={8} />}
      </div>
    </Dialog>
  );
}
