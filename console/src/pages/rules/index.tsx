/** Settings of the rules: see them, change them, try them on the last days, put them in force. */
import { useEffect, useState } from "preact/hooks";
import { post, put } from "../../api/client";
import { Button, type Column, Dialog, ErrorNote, Field, figure, Input, Select, Skeleton, Table, TextArea, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { may } from "../../session/session";
import { kindName, loadKinds } from "../case/kinds";
import { changedNames, differs, type Limits, type Parameter, parsed, type RuleSettings, withCity } from "./limits";
import { type Trial, TrialPanel } from "./trial";
import { words } from "./words";
import "./rules.css";

const t = translator(words);

const FACTS = "facts";
const DAYS = ["1", "3", "7", "14", "30"];

function kindsOf(parameters: Parameter[]): string[] {
  return [...new Set(parameters.flatMap((parameter) => parameter.kinds))];
}

function chosen(parameters: Parameter[], kind: string, text: string): Parameter[] {
  const wanted = text.trim().toLowerCase();
  return parameters.filter(
    (parameter) => (kind === "" || (kind === FACTS ? !parameter.kinds.length : parameter.kinds.includes(kind))) && parameter.name.includes(wanted),
  );
}

function columns(draft: Limits, changed: Set<string>, onValue: (name: string, value: number | null) => void): Column<Parameter>[] {
  const editable = may("tune");
  return [
    { id: "name", label: t("parameter"), cell: (row) => <span class={changed.has(row.name) ? "mono strong changed" : "mono"}>{row.name}</span> },
    { id: "kinds", label: t("kind"), cell: (row) => <span class="muted">{row.kinds.map(kindName).join("、") || t("facts")}</span> },
    { id: "default", label: t("default"), end: true, cell: (row) => figure(row.default, 4) },
    {
      id: "city", label: t("city"), width: "150px",
      cell: (row) => editable
        ? <Input type="number" step="any" aria-label={`${row.name}, ${t("city")}`} placeholder={String(row.default)} value={draft.city?.[row.name] ?? ""}
            onValue={(value) => onValue(row.name, value === "" || Number.isNaN(Number(value)) ? null : Number(value))} />
        : figure(draft.city?.[row.name] ?? row.default, 4),
    },
    { id: "unit", label: t("unit"), cell: (row) => <span class="muted">{row.unit}</span> },
  ];
}

function Narrower({ draft, onLimits }: { draft: Limits; onLimits: (limits: Limits) => void }) {
  const shown = JSON.stringify({ sites: draft.sites ?? {}, companies: draft.companies ?? {} }, null, 2);
  const [text, write] = useState(shown);
  const [wrong, tell] = useState<string | null>(null);
  useEffect(() => write(shown), [shown]);
  const change = (value: string) => {
    write(value);
    try {
      const { sites, companies } = parsed(value);
      onLimits({ ...draft, sites, companies });
      tell(null);
    } catch {
      tell(t("wrong_json"));
    }
  };
  return (
    <details class="narrower">
      <summary>{t("narrower")}</summary>
      <Field label={t("narrower")} hint={t("narrower_hint")} wrong={wrong}><TextArea class="textarea mono" rows={8} value={text} onValue={change} /></Field>
    </details>
  );
}

function download(limits: Limits): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(limits, null, 2)], { type: "application/json" }));
  link.download = "limits.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function ImportButton({ onLimits }: { onLimits: (limits: Limits) => void }) {
  const choose = () => {
    const input = Object.assign(document.createElement("input"), { type: "file", accept: "application/json,.json" });
    input.onchange = () => input.files?.[0]?.text().then((text) => onLimits(parsed(text))).catch(() => toast(t("wrong_json"), "critical"));
    input.click();
  };
  return <Button look="quiet" icon="upload" onClick={choose}>{t("import")}</Button>;
}

function Editor({ settings, onSaved }: { settings: RuleSettings; onSaved: () => void }) {
  const [draft, edit] = useState<Limits>(settings.limits);
  const [kind, choose] = useState("");
  const [text, find] = useState("");
  const [days, span] = useState("7");
  const [reason, explain] = useState("");
  const [putting, ask] = useState(false);
  const [trial, show] = useState<Trial | null>(null);
  const changed = changedNames(settings.limits, draft);
  const dirty = differs(settings.limits, draft);
  const rows = chosen(settings.parameters, kind, text);
  const attempt = () => post<Trial>("/v1/rule-trials", { limits: draft, days: Number(days), kinds: kind && kind !== FACTS ? [kind] : [] }).then(show, toastProblem);
  const save = () =>
    put("/v1/rule-settings", { limits: draft, expected_revision: settings.revision, reason }).then(() => {
      toast(t("saved"));
      onSaved();
    }, toastProblem);
  const choices = [{ value: "", label: t("all") }, ...kindsOf(settings.parameters).map((value) => ({ value, label: kindName(value) })), { value: FACTS, label: t("facts") }];
  return (
    <div class="list-page rules">
      <header>
        <h1 class="grow">{t("title")}</h1>
        <Button look="quiet" icon="download" onClick={() => download(draft)}>{t("export")}</Button>
        {may("tune") && <ImportButton onLimits={edit} />}
      </header>
      <p class="muted">{t("precedence")}</p>
      <div class="filters">
        <Field label={t("kind")}><Select value={kind} onValue={choose} choices={choices} /></Field>
        <Field label={t("search")}><Input type="search" value={text} onValue={find} /></Field>
      </div>
      <div class="rules-body">
        <div class="panel sheet">
          <Table columns={columns(draft, new Set(changed), (name, value) => edit(withCity(draft, name, value)))} rows={rows} id={(row) => row.name} caption={t("title")} />
          {may("tune") && <Narrower draft={draft} onLimits={edit} />}
        </div>
        {trial && <TrialPanel asked={trial} />}
      </div>
      {may("tune") && (
        <footer class="panel floating apply">
          <span class="grow">{dirty ? t("changed", { count: changed.length || 1 }) : t("no_change")}</span>
          <Button look="quiet" disabled={!dirty} onClick={() => edit(settings.limits)}>{t("undo")}</Button>
          <Field label={t("days")}><Select value={days} onValue={span} choices={DAYS.map((value) => ({ value, label: value }))} /></Field>
          <Button icon="play" disabled={!dirty} onClick={attempt}>{t("try")}</Button>
          <Button look="primary" icon="check" disabled={!dirty} onClick={() => ask(true)}>{t("put")}</Button>
        </footer>
      )}
      <Dialog title={t("put_title")} open={putting} onClose={() => ask(false)} onSubmit={() => reason.trim() && save()}
        footer={<><Button onClick={() => ask(false)}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!reason.trim()}>{t("put")}</Button></>}>
        <ul class="mono">{changed.map((name) => <li key={name}>{name}: {settings.limits.city?.[name] ?? t("default")} → {draft.city?.[name] ?? t("default")}</li>)}</ul>
        <Field label={t("reason")}><TextArea rows={3} maxLength={500} value={reason} onValue={explain} /></Field>
      </Dialog>
    </div>
  );
}

export default function Rules() {
  const { answer, error, reload } = useAnswer<RuleSettings>("/v1/rule-settings");
  useEffect(() => void loadKinds().catch(() => undefined), []);
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!answer) return <div class="page"><Skeleton lines={12} /></div>;
  return <Editor key={answer.revision} settings={answer} onSaved={reload} />;
}
