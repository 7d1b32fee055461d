/** Everything that can be taken away, in every format; what takes long is made in the background. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { post, withQuery } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, type Column, DateRange, Empty, ErrorNote, Field, figure, Select, shortTime, Skeleton, startOfDay, Table } from "../../design";
import { type Language, language, translator } from "../../i18n";
import { DownloadButton } from "../../lists/download";
import { PageFrame } from "../../lists/list_page";
import { orNone, useNames } from "../../lists/names";
import { useAnswer } from "../../lists/paged";
import { TrucksField } from "../../lists/truck_fields";
import { words } from "./words";
import "./exports.css";

const t = translator(words);

type Export = Schema<"Export">;

const POLL_MS = 2000;
const DATUM_NAMES = { wgs84: "WGS-84", gcj02: "GCJ-02", bd09: "BD-09" } as const;
/** As their makers write them. */
const FORMAT_NAMES: Record<string, string> = { parquet: "Parquet", geojson: "GeoJSON", mfjson: "MF-JSON" };
const formatName = (format: string) => FORMAT_NAMES[format] ?? format.toUpperCase();
const DATUMS = ["wgs84", "gcj02", "bd09"] as const;
/** What happens has a time; what is registered is given out as it stands. */
const TIMED = new Set(["track", "trips", "events", "cases", "passages"]);
const TONES = { waiting: "outline", running: "notice", done: "good", failed: "critical" } as const;
/** A thing that a newer API offers keeps its own name. */
const thing = (name: string) => (name in words.zh ? t(name as "track") : name);

const columns = (): Column<Export>[] => [
  { id: "what", label: t("what"), cell: (row) => <span class="strong">{thing(row.what)} · {formatName(row.format)}</span> },
  { id: "at", label: t("at"), cell: (row) => <span class="nowrap">{shortTime(row.asked_at)}</span> },
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
  { id: "expires", label: t("expires"), cell: (row) => <span class="nowrap">{row.expires_at ? shortTime(row.expires_at) : "–"}</span> },
  { id: "file", label: t("file"), end: true, cell: (row) => row.file && <DownloadButton look="quiet" path={row.file} name={`${row.what}.${row.format}`}>{t("download")}</DownloadButton> },
];

export default function ExportsPage() {
  const { answer, error, reload } = useAnswer("/v1/exports");
  const [what, choose] = useState("trips");
  const [format, write] = useState("csv");
  const [trucks, name] = useState<string[]>([]);
  const companies = useNames("companies");
  const [failed, fail] = useState<unknown>(null);
  const [company, only] = useState("");
  const [spoken, speak] = useState<Language>(language.value);
  const [crs, shift] = useState<keyof typeof DATUM_NAMES>("wgs84");
  const [now] = useState(() => new Date(serverNow_ms()).toISOString());
  const [range, span] = useState<[string | null, string | null]>([startOfDay(serverNow_ms() - 6 * 86_400_000), null]);
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
  const timed = TIMED.has(what);
  const datetime = timed ? `${range[0] ?? ".."}/${range[1] ?? (what === "track" ? now : "..")}` : null;
  const query = { ...(datetime !== null && { datetime }), vehicle_id: trucks.length ? trucks : null, company_id: company || null, language: spoken, crs };
  const order = () => (fail(null), post("/v1/exports", { what, format, query }).then(reload, fail));
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!answer) return <div class="page"><Skeleton lines={8} /></div>;
  return (
    <PageFrame class="exports" title={t("title")} hint={t("hint")}>
      <form class="panel order" onSubmit={(event) => (event.preventDefault(), void order())}>
        <div class="order-fields">
          <Field label={t("what")}><Select value={what} onValue={choose} choices={Object.keys(answer.formats).map((value) => ({ value, label: thing(value) }))} /></Field>
          <Field label={t("format")}><Select value={format} onValue={write} choices={formats.map((value) => ({ value, label: formatName(value) }))} /></Field>
          {timed && <div class="field range"><span class="label">{t("range")}</span><DateRange from={range[0]} to={range[1]} onRange={(from, to) => span([from, to])} /></div>}
          <Field label={t("company")}><Select value={company} onValue={only} choices={orNone(t("all"), companies.choices)} /></Field>
          <Field label={t("language")}><Select value={spoken} onValue={(value) => speak(value as Language)} choices={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]} /></Field>
          <Field label={t("crs")}><Select value={crs} onValue={(value) => shift(value as typeof crs)} choices={DATUMS.map((value) => ({ value, label: DATUM_NAMES[value] }))} /></Field>
          <TrucksField label={t("vehicle")} trucks={trucks} onTrucks={name} />
        </div>
        <ErrorNote error={failed} />
        <footer>
          <DownloadButton path={withQuery(`/v1/exports/${what}.${format}`, query)} name={`${what}.${format}`}>{t("direct")}</DownloadButton>
          <Button look="primary" icon="clock" type="submit">{t("order")}</Button>
        </footer>
      </form>
      <div class="panel sheet">
        {answer.exports.length ? <Table columns={columns()} rows={answer.exports} id={(row) => row.export_id} caption={t("title")} /> : <Empty icon="download">{t("none")}</Empty>}
      </div>
    </PageFrame>
  );
}
