/** What a patrol saw or a citizen told, made a case: fit for one hand on a phone. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { post } from "../../api/client";
import type { Schema } from "../../api/schema";
import { stamp } from "../../charts/time";
import { Button, ErrorNote, Field, Icon, Input, Panel, Select, TextArea, fromLocalInput, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import type { Position } from "../../map/basemap";
import { may, user } from "../../session/session";
import { kinds, loadKinds, said } from "../../words/kinds";
import { PhotoPicker } from "../case/photos";
import { PlacePicker } from "./place_picker";
import { words } from "./words";
import "../case/case.css";
import "./report.css";

const t = translator(words);

interface Draft {
  kind: string;
  plate: string;
  description: string;
  contact: string;
  source: "hotline" | "patrol";
  /** null is now. */
  seen_at: string | null;
  place: Position | null;
  photos: string[];
}

const blank = (): Draft => ({
  kind: "other_report", plate: "", description: "", contact: "", source: user.value?.role === "bureau" || user.value?.role === "administrator" ? "hotline" : "patrol",
  seen_at: null, place: null, photos: [],
});

type Taken = Schema<"ReportTaken"> | Schema<"WholeCase">;

function bodyOf(draft: Draft): Schema<"CaseReport"> {
  return {
    kind: draft.kind,
    seen_at: draft.seen_at ?? stamp(Math.floor(serverNow_ms() / 1000) * 1000),
    ...(may("work") && { source: draft.source }),
    ...(draft.place && { position: { type: "Point", coordinates: draft.place } }),
    ...(draft.plate.trim() && { plate: draft.plate.trim() }),
    ...(draft.description.trim() && { description: draft.description.trim() }),
    ...(draft.contact.trim() && { contact: draft.contact.trim() }),
    photos: draft.photos,
  };
}

export default function Report() {
  const [draft, setDraft] = useState<Draft>(blank);
  const [taken, setTaken] = useState<Taken | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // Who may only report is not told the kinds; theirs is "other".
  useEffect(() => void (may("look") && loadKinds().catch(fail)), []);
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const lacks = !draft.place && !draft.description.trim();
  const send = async (event: Event) => {
    event.preventDefault();
    if (lacks || busy) return;
    setBusy(true);
    fail(null);
    await post("/v1/cases", bodyOf(draft)).then(setTaken, fail);
    setBusy(false);
  };
  if (taken) {
    return (
      <div class="page report-page">
        <Panel label={t("title")} class="report-taken">
          <Icon name="check" large />
          <h1>{t("sent", { case_no: taken.case_no })}</h1>
          <div class="row wrap">
            {may("look") && <Button look="primary" href={`/console/cases/${taken.case_id}`}>{t("open")}</Button>}
            <Button onClick={() => (setTaken(null), setDraft(blank()))}>{t("another")}</Button>
          </div>
        </Panel>
      </div>
    );
  }
  const offered = (kinds.value?.kinds ?? []).filter((row) => row.severity > 0 && row.group !== "terminal");
  return (
    <form class="page report-page" onSubmit={send} noValidate>
      <h1>{t("title")}</h1>
      <p class="muted">{t("lead")}</p>
      <PhotoPicker photos={draft.photos} onPhotos={(photos) => change({ photos })} />
      <div class="report-grid">
        {offered.length > 0 && (
          <Field label={t("kind")}><Select value={draft.kind} choices={offered.map((row) => ({ value: row.kind, label: said(row, row.kind) }))} onValue={(kind) => change({ kind })} /></Field>
        )}
        <Field label={t("plate")} hint={t("plate_hint")}><Input value={draft.plate} maxLength={20} autocomplete="off" onValue={(plate) => change({ plate })} /></Field>
        {may("work") && (
          <Field label={t("source")}>
            <Select value={draft.source} choices={[{ value: "patrol", label: t("patrol") }, { value: "hotline", label: t("hotline") }]} onValue={(source) => change({ source: source as Draft["source"] })} />
          </Field>
        )}
        <Field label={t("seen_at")} hint={draft.seen_at ? undefined : t("now")}>
          <Input type="datetime-local" value={toLocalInput(draft.seen_at)} onValue={(value) => change({ seen_at: fromLocalInput(value) })} />
        </Field>
      </div>
      <div class="field"><span class="label">{t("place")}</span><PlacePicker place={draft.place} onPlace={(place) => change({ place })} /></div>
      <Field label={t("description")} hint={t("description_hint")}><TextArea rows={3} maxLength={2000} value={draft.description} onValue={(description) => change({ description })} /></Field>
      {draft.source === "hotline" && <Field label={t("contact")} hint={t("contact_hint")}><Input value={draft.contact} maxLength={200} onValue={(contact) => change({ contact })} /></Field>}
      <ErrorNote error={failed} />
      <div class="report-send">
        {lacks && <span class="muted small">{t("needed")}</span>}
        <Button look="primary" type="submit" icon="upload" disabled={busy || lacks}>{t(busy ? "sending" : "send")}</Button>
      </div>
    </form>
  );
}
