/** Settings of the rules: see them, change them, try them on the last days, put them in force. */
import { useEffect, useState } from "preact/hooks";
import { post, put } from "../../api/client";
import { Badge, Button, Check, type Column, Dialog, Empty, ErrorNote, Field, figure, Input, Select, shortTime, Skeleton, Table, TextArea, toast, toastProblem } from "../../design";
import { language, translator } from "../../i18n";
import { keep } from "../../lists/download";
import { PageFrame } from "../../lists/list_page";
import { EditedMeanwhile, type Standing, useMeanwhile } from "../../lists/meanwhile";
import { useAnswer } from "../../lists/paged";
import { may } from "../../session/session";
import { kindName, loadKinds } from "../../words/kinds";
import { changedNames, differs, flatLimits, type Given, type Limits, ofFlat, type Parameter, parsed, type RuleSettings, withCity } from "./limits";
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
    (parameter) => (kind === "" || (kind === FACTS ? !parameter.kinds.length : parameter.kinds.includes(kind)))
      && [parameter.name, parameter.name_zh, parameter.name_en].some((name) => name.toLowerCase().includes(wanted)),
  );
}

const called = (row: Parameter) => (language.value === "zh" ? row.name_zh : row.name_en);
const unitOf = (row: Parameter) => (language.value === "zh" ? row.unit_zh : row.unit_en);

/** Who set it where, the narrowest last, which holds. */
function Levels({ given }: { given: Given[] }) {
  if (given.length === 0) return <span class="muted">{t("default")}</span>;
  return (
    <ul class="levels">
      {given.map((one) => (
        <li key={`${one.level} ${one.id}`} title={one.reason ?? undefined}>
          <Badge tone={one.level === "city" ? "plain" : "notice"}>{t(`level_${one.level}`)}</Badge>
          {one.id && <span class="mono">{one.id}</span>}
          <strong>{figure(one.value, 4)}</strong>
          {one.by && <span class="muted">{one.by}{one.at && ` · ${shortTime(one.at)}`}</span>}
        </li>
      ))}
    </ul>
  );
}

function columns(settings: RuleSettings, draft: Limits, changed: Set<string>, onValue: (name: string, value: number | null) => void): Column<Parameter>[] {
  const editable = may("tune");
  return [
    {
      id: "name", label: t("parameter"),
      cell: (row) => <span class="limit-name"><span class={changed.has(row.name) ? "strong changed" : "strong"}>{called(row)}</span><code class="mono muted small">{row.name}</code></span>,
    },
    { id: "kinds", label: t("kind"), cell: (row) => <span class="muted">{row.kinds.map(kindName).join(t("comma")) || t("facts")}</span> },
    { id: "default", label: t("default"), end: true, cell: (row) => figure(row.default, 3) },
    {
      id: "city", label: t("city"), width: "150px",
      cell: (row) => editable
        ? <Input type="number" step="any" aria-label={`${called(row)} ${row.name}, ${t("city")}`} placeholder={figure(row.default, 3)} value={draft.city?.[row.name] ?? ""}
            onValue={(value) => onValue(row.name, value === "" || Number.isNaN(Number(value)) ? null : Number(value))} />
        : figure(draft.city?.[row.name] ?? row.default, 4),
    },
    { id: "unit", label: t("unit"), cell: (row) => <span class="muted nowrap">{unitOf(row)}</span> },
    { id: "levels", label: t("set_by"), cell: (row) => <Levels given={settings.given.filter((one) => one.name === row.name)} /> },
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

const download = (limits: Limits) => keep(new Blob([JSON.stringify(limits, null, 2)], { type: "application/json" }), "limits.json");

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
  const [only, narrow] = useState(false);
  const [putting, ask] = useState(false);
  const [trial, show] = useState<Trial | null>(null);
  const changed = changedNames(settings.limits, draft);
  const dirty = differs(settings.limits, draft);
  const rows = chosen(settings.parameters, kind, text).filter((row) => !only || draft.city?.[row.name] !== undefined || changed.includes(row.name));
  const [failed, fail] = useState<unknown>(null);
  const attempt = () => post("/v1/rule-trials", { limits: draft, days: Number(days), kinds: kind && kind !== FACTS ? [kind] : [] }).then(show, toastProblem);
  const meanwhile = useMeanwhile();
  const putInForce = (limits: Limits, expected_revision: string) => {
    fail(null);
    put("/v1/rule-settings", { limits, expected_revision, reason }).then(() => {
      toast(t("saved"));
      onSaved();
    }, meanwhile.caught(fail));
  };
  const save = () => putInForce(draft, settings.revision);
  const limitOf = (name: string) => settings.parameters.find((one) => one.name === name);
  const choices = [{ value: "", label: t("all") }, ...kindsOf(settings.parameters).map((value) => ({ value, label: kindName(value) })), { value: FACTS, label: t("facts") }];
  return (
    <PageFrame class="rules" title={t("title")} hint={t("precedence")}
      tools={<><Button look="quiet" icon="download" onClick={() => download(draft)}>{t("export")}</Button>{may("tune") && <ImportButton onLimits={edit} />}</>}
      filters={
        <>
          <Field label={t("kind")}><Select value={kind} onValue={choose} choices={choices} /></Field>
          <Field label={t("search")}><Input type="search" value={text} onValue={find} /></Field>
          <Check label={t("only_set")} checked={only} onValue={narrow} />
        </>
      }>
      <div class="rules-body">
        <div class="panel sheet">
          {rows.length === 0 && <Empty icon="settings">{t("no_setting")}</Empty>}
          <Table columns={columns(settings, draft, new Set(changed), (name, value) => edit(withCity(draft, name, value)))} rows={rows} id={(row) => row.name} caption={t("title")} />
          {may("tune") && <Narrower draft={draft} onLimits={edit} />}
        </div>
        {trial && <TrialPanel asked={trial} onClose={() => show(null)} />}
      </div>
      {may("tune") && (
        <footer class="panel floating apply">
          <span class="grow" role="status">{dirty ? t("changed", { count: changed.length || 1 }) : t("no_change")}</span>
          <Button look="quiet" disabled={!dirty} onClick={() => edit(settings.limits)}>{t("undo")}</Button>
          <Field label={t("days")}><Select aria-label={t("days")} value={days} onValue={span} choices={DAYS.map((value) => ({ value, label: value }))} /></Field>
          <Button icon="play" disabled={!dirty} onClick={attempt}>{t("try")}</Button>
          <Button look="primary" icon="check" disabled={!dirty} onClick={() => ask(true)}>{t("put")}</Button>
        </footer>
      )}
      <Dialog title={t("put_title")} open={putting} onClose={() => (ask(false), fail(null))} onSubmit={() => reason.trim() && save()}
        footer={<><Button onClick={() => ask(false)}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!reason.trim()}>{t("put")}</Button></>}>
        <ErrorNote error={failed} />
        <ul class="changes">
          {changed.map((name) => <li key={name}><span class="grow">{limitOf(name) ? called(limitOf(name)!) : ""} <code class="mono muted small">{name}</code></span><span>{settings.limits.city?.[name] ?? t("default")} → <strong>{draft.city?.[name] ?? t("default")}</strong></span></li>)}
          {changed.length === 0 && <li>{t("narrower")}</li>}
        </ul>
        <Field label={t("reason")}><TextArea rows={3} maxLength={500} value={reason} onValue={explain} /></Field>
      </Dialog>
      {meanwhile.found && <OthersChange found={meanwhile.found} settings={settings} draft={draft} onSave={putInForce} onKeep={onSaved} onClose={meanwhile.clear} />}
    </PageFrame>
  );
}

interface OthersChangeProps {
  found: Standing;
  settings: RuleSettings;
  draft: Limits;
  onSave: (limits: Limits, revision: string) => void;
  onKeep: () => void;
  onClose: () => void;
}

/** Somebody else put limits in force meanwhile: limit by limit, theirs or one's own. */
function OthersChange({ found, settings, draft, onSave, onKeep, onClose }: OthersChangeProps) {
  const [before, mine, now] = [flatLimits(settings.limits), flatLimits(draft), flatLimits((found.current ?? {}) as Limits)];
  const members = [...new Set([before, mine, now].flatMap((limits) => Object.keys(limits)))].map((path) => {
    const parameter = settings.parameters.find((one) => path.endsWith(` ${one.name}`));
    const where = path.slice(0, path.lastIndexOf(" ")).replace(/^city$/, t("city_level")).replace(/^sites /, `${t("level_site")} `).replace(/^companies /, `${t("level_company")} `);
    return { name: path, label: `${parameter ? [...parameter.kinds.map(kindName), called(parameter)].slice(-2).join(" · ") : path} · ${where}`, shown: (value: unknown) => (value === null || value === undefined ? t("not_set") : `${figure(Number(value), 4)} ${parameter ? unitOf(parameter) : ""}`) };
  });
  return <EditedMeanwhile found={{ ...found, current: now }} before={before} mine={mine} members={members} onKeep={onKeep} onClose={onClose} onSave={(chosen, revision) => onSave(ofFlat(chosen), revision ?? settings.revision)} />;
}

export default function Rules() {
  const { answer, error, reload } = useAnswer("/v1/rule-settings");
  useEffect(() => void loadKinds().catch(() => undefined), []);
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!answer) return <div class="page"><Skeleton lines={12} /></div>;
  return <Editor key={answer.revision} settings={answer} onSaved={reload} />;
}
