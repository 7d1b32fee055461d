/** A file taken in: first tried, each fault said with its row and column, then done whole or not at all. */
import { useRef, useState } from "preact/hooks";
import { request, withQuery } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, Dialog, ErrorNote, Field, Input, Select, toast } from "../../design";
import { translator } from "../../i18n";
import { listed } from "../../words/punctuation";
import { changesOf, fieldLabel, flat, named, type Register } from "./description";
import { FaultList } from "./faults";
import { faultsOf } from "./use_item";
import { word } from "./value_words";
import { words } from "./words";

const t = translator(words);

type Imported = Schema<"Imported">;

// What the API takes of a body.
const BYTES_MOST = 16 * 1024 * 1024;
// More than this nobody reads; the numbers count all.
const SHOWN_MOST = 50;

/** Browsers name CSV as the spreadsheet program of their system does; the file's own name says more. */
const MEDIA_TYPES: Record<string, string> = { csv: "text/csv", txt: "text/csv", json: "application/json", geojson: "application/geo+json" };

const typed = (file: File): Blob => file.slice(0, file.size, MEDIA_TYPES[file.name.split(".").pop()?.toLowerCase() ?? ""] ?? "application/octet-stream");

function What({ register, trial }: { register: Register; trial: Imported }) {
  const label = (name: string) => {
    const field = register.fields.find((one) => one.name === name);
    return field ? fieldLabel(field) : name === "geometry" ? t("geometry") : name;
  };
  return (
    <section class="stack">
      <div class="row wrap" data-trial={`${trial.created}/${trial.changed}/${trial.unchanged}`}>
        <span class="strong">{t("dry")}</span><span class="muted">{t("rows", { count: trial.rows })}</span>
        <Badge tone="good">{t("created", { count: trial.created })}</Badge><Badge tone="notice">{t("changed", { count: trial.changed })}</Badge><Badge tone="outline">{t("unchanged", { count: trial.unchanged })}</Badge>
      </div>
      {trial.changes.length > 0 ? (
        <div class="table-frame">
          <table class="table">
            <thead><tr><th scope="col">{t("item")}</th><th scope="col">{t("action")}</th><th scope="col">{t("what")}</th></tr></thead>
            <tbody>
              {trial.changes.slice(0, SHOWN_MOST).map((change) => (
                <tr key={change.id}><td class="mono">{change.id}</td><td>{word(change.action)}</td><td>{listed(Object.keys(changesOf(flat(change.before), flat(change.after))).map(label))}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : <p class="muted">{t("nothing_to_do")}</p>}
      {trial.created + trial.changed > SHOWN_MOST && <p class="muted">{t("first_of", { count: SHOWN_MOST })}</p>}
    </section>
  );
}

export function ImportDialog({ register, onDone, onClose }: { register: Register; onDone: () => void; onClose: () => void }) {
  const [file, choose] = useState<File | null>(null);
  const [crs, shift] = useState("wgs84");
  const [reason, explain] = useState("");
  const [trial, keep] = useState<Imported | null>(null);
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const attempts = useRef(0);
  const send = async (chosen: File, system: string, dry: boolean, isLast: () => boolean = () => true): Promise<Imported | null> => {
    work(true);
    fail(null);
    try {
      const query = { dry_run: dry || null, crs: system, reason: dry ? null : reason.trim() };
      return await request<Imported>("POST", withQuery(`/v1/imports/${register.name}`, query), typed(chosen));
    } catch (problem) {
      if (isLast()) fail(problem);
      return null;
    } finally {
      if (isLast()) work(false);
    }
  };
  const large = file !== null && file.size > BYTES_MOST;
  const attempt = (chosen: File | null, system: string) => {
    choose(chosen);
    shift(system);
    keep(null);
    fail(null);
    const mine = (attempts.current += 1);
    // What was tried last counts: a file that was chosen before it may be answered after it.
    if (chosen && chosen.size <= BYTES_MOST) void send(chosen, system, true, () => mine === attempts.current).then((found) => mine === attempts.current && keep(found));
  };
  const apply = async () => {
    if (!file) return;
    const done = await send(file, crs, false);
    if (!done) return keep(null);
    toast(t("imported", { created: done.created, changed: done.changed }));
    onDone();
    onClose();
  };
  const faults = faultsOf(error);
  const ready = trial !== null && trial.created + trial.changed > 0;
  return (
    <Dialog title={`${t("import")} · ${named(register)}`} open wide onClose={onClose} onSubmit={() => ready && !busy && void apply()}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" icon="upload" disabled={!ready || busy}>{t("apply")}</Button></>}>
      <p class="muted">{t("file_hint")}</p>
      <div class="row wrap">
        <Field label={t("choose_file")}><input class="input file" type="file" accept=".csv,.txt,.json,.geojson,text/csv,application/json,application/geo+json" onChange={(event) => attempt(event.currentTarget.files?.[0] ?? null, crs)} /></Field>
        {register.has_places && <Field label={t("crs")}><Select value={crs} onValue={(system) => attempt(file, system)} choices={["wgs84", "gcj02", "bd09"].map((value) => ({ value, label: value.toUpperCase() }))} /></Field>}
        <Button look="quiet" icon="download" href={`/v1/imports/${register.name}/template.csv`}>{t("template")}</Button>
      </div>
      {busy && <p class="muted" role="status">{t("checking")}</p>}
      {large && <p class="wrong" role="alert">{t("too_big")}</p>}
      {faults.length > 0 ? <FaultList register={register} faults={faults} rows /> : <ErrorNote error={error} />}
      {trial && <What register={register} trial={trial} />}
      {ready && <Field label={t("reason")} hint={t("reason_hint")}><Input value={reason} maxLength={500} onValue={explain} /></Field>}
    </Dialog>
  );
}
