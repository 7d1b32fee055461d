/** Daily and monthly reports: those that were made, and any other that is over. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import type { Schema } from "../../api/schema";
import { Badge, type Column, Field, Input, Select, shortTime, startOfDay } from "../../design";
import { language, translator } from "../../i18n";
import { DownloadButton } from "../../lists/download";
import { List } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

type Report = Schema<"ReportRow">;

const inLanguage = (path: string) => `${path}?language=${language.value}`;

const columns = (): Column<Report>[] => [
  { id: "period", label: t("period"), cell: (row) => <Badge tone={row.period === "month" ? "accent" : "plain"}>{t(row.period)}</Badge> },
  { id: "date", label: t("date"), cell: (row) => (row.period === "month" ? row.first_day.slice(0, 7) : row.first_day) },
  { id: "made", label: t("made"), cell: (row) => shortTime(row.made_at) },
  { id: "files", label: t("files"), cell: (row) => <span class="row">{Object.entries(row.files).map(([format, path]) => <DownloadButton key={format} look="quiet" path={inLanguage(path)} name={path.split("/").at(-1)!} label={`${row.first_day} ${format.toUpperCase()}`}>{format.toUpperCase()}</DownloadButton>)}</span> },
];

/** The last day or month that is over: a report of one that goes on is refused. */
const lastOver = (period: string) => {
  const today = startOfDay(serverNow_ms()).slice(0, 10);
  const began_ms = Date.parse(period === "month" ? `${today.slice(0, 7)}-01` : today);
  return new Date(began_ms - 86_400_000).toISOString().slice(0, 10);
};

export function Reports() {
  const list = usePaged("/v1/reports", "reports");
  const [period, choose] = useState("day");
  const [day, pick] = useState(lastOver("day"));
  const file = (format: string) => inLanguage(`/v1/reports/${period}/${day}.${format}`);
  return (
    <>
      <div class="filters">
        <Field label={t("period")}><Select value={period} onValue={(chosen) => (choose(chosen), pick(lastOver(chosen)))} choices={[{ value: "day", label: t("day") }, { value: "month", label: t("month") }]} /></Field>
        <Field label={t("date")}><Input type="date" value={day} max={lastOver(period)} onValue={pick} /></Field>
        {["xlsx", "pdf"].map((format) => <DownloadButton key={format} path={file(format)} name={`${period}-${day}.${format}`}>{format.toUpperCase()}</DownloadButton>)}
      </div>
      <div class="panel sheet"><List list={list} columns={columns()} id={(row) => `${row.period} ${row.first_day}`} caption={t("reports")} empty={t("no_reports")} /></div>
    </>
  );
}
