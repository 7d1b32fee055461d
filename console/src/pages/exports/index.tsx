/** Everything that can be taken away, in every format; what takes long is made in the background. */
import { useEffect, useState } from "preact/hooks";
import { post, withQuery } from "../../api/client";
import { Badge, Button, type Column, DateRange, Empty, ErrorNote, Field, figure, Input, Select, shortTime, Skeleton, startOfDay, Table, toastProblem } from "../../design";
import { language, translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

interface Export {
  export_id: string;
  what: string;
  format: string;
  status: "waiting" | "running" | "done" | "failed";
  asked_at: string;
  expires_at: string | null;
  rows: number;
  progress: number | null;
  size_bytes: number;
  file: string | null;
  problem: string | null;
}

interface Exports {
  exports: Export[];
  formats: Record<string, string[]>;
}

const POLL_MS = 2000;
const TONES = { waiting: "outline", running: "notice", done: "good", failed: "critical" } as const;
/** A thing that a newer API offers keeps its own name. */
const thing = (name: string) => (name in words.zh ? t(name as "track") : name);
const listed = (text: string) => text.split(/[,，\s]+/).filter(Boolean);

const columns = (): Column<Export>[] => [
  { id: "what", label: t("what"), cell: (row) => <span class="strong">{thing(row.what)} · {row.format.toUpperCase()}</span> },
  { id: "at", label: t("at"), cell: (row) => shortTime(row.asked_at) },
  {
    id: "status", label: t("status"),
    cell: (row) => (
      <span class="row">
        <Badge tone={TONES[row.status]}>{t(row.status)}</Badge>
        {row.status === "running" && <progress value={row.progress ?? undefined} aria-label={t("running")} />}
        {row.problem && <span class="muted">{row.problem}</span>}
      </span>
    ),
  },
  { id: "rows", label: t("rows"), end: true, cell: (row) => figure(row.rows) },
  { id: "size", label: t("size"), end: true, cell: (row) => (row.size_bytes ? `${figure(row.size_bytes / 1024)} kB` : "–") },
  { id: "expires", label: t("expires"), cell: (row) => (row.expires_at ? shortTime(row.expires_at) : "–") },
  { id: "file", label: t("file"), end: true, cell: (row) => row.file && <a href={row.file}>{t("download")}</a> },
];

export default function ExportsPage() {
  const { answer, error, reload } = useAnswer<Exports>("/v1/exports");
  const [what, choose] = useState("trips");
  const [format, write] = useState("csv");
  const [trucks, name] = useState("");
  const [company, only] = useState("");
  const [spoken, speak] = useState<string>(language.value);
  const [crs, shift] = useState("wgs84");
  const [range, span] = useState<[string | null, string | null]>([startOfDay(Date.now() - 6 * 86_400_000), null]);
  const busy = answer?.exports.some((one) => one.status === "waiting" || one.status === "running") ?? false;
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setInterval(reload, POLL_MS);
    return () => clearInterval(timer);
  }, [busy]);
  const formats = answer?.formats[what] ?? [];
  useEffect(() => {
    if (formats.length && !formats.includes(format)) write(formats[0] ?? "csv");
  }, [what, answer]);
  const datetime = `${range[0] ?? ".."}/${range[1] ?? (what === "track" ? new Date().toISOString() : "..")}`;
  const vehicles = listed(trucks);
  const query = { datetime, vehicle_id: vehicles.length ? vehicles : null, company_id: company.trim() || null, language: spoken, crs };
  const order = () => post("/v1/exports", { what, format, query }).then(reload, toastProblem);
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!answer) return <div class="page"><Skeleton lines={8} /></div>;
  return (
    <div class="list-page">
      <header><h1 class="grow">{t("title")}</h1></header>
      <p class="muted">{t("hint")}</p>
      <div class="filters">
        <Field label={t("what")}><Select value={what} onValue={choose} choices={Object.keys(answer.formats).map((value) => ({ value, label: thing(value) }))} /></Field>
        <Field label={t("format")}><Select value={format} onValue={write} choices={formats.map((value) => ({ value, label: value.toUpperCase() }))} /></Field>
        <div class="field wide"><span class="label">{t("range")}</span><DateRange from={range[0]} to={range[1]} onRange={(from, to) => span([from, to])} /></div>
        <Field label={t("vehicle")}><Input value={trucks} onValue={name} /></Field>
        <Field label={t("company")}><Input value={company} onValue={only} /></Field>
        <Field label={t("language")}><Select value={spoken} onValue={speak} choices={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]} /></Field>
        <Field label={t("crs")}><Select value={crs} onValue={shift} choices={["wgs84", "gcj02", "bd09"].map((value) => ({ value, label: value.toUpperCase() }))} /></Field>
        <Button icon="download" href={withQuery(`/v1/exports/${what}.${format}`, query)}>{t("direct")}</Button>
        <Button look="primary" icon="plus" onClick={order}>{t("order")}</Button>
      </div>
      <div class="panel sheet">
        {answer.exports.length ? <Table columns={columns()} rows={answer.exports} id={(row) => row.export_id} caption={t("title")} /> : <Empty icon="download">{t("none")}</Empty>}
      </div>
    </div>
  );
}
