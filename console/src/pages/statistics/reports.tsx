/** Daily and monthly reports: those that were made, and any other that is over. */
import { useState } from "preact/hooks";
import { Badge, type Column, Field, Input, Select, shortTime, startOfDay } from "../../design";
import { language, translator } from "../../i18n";
import { DownloadButton } from "../../lists/download";
import { List } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

interface Report {
  period: "day" | "month";
  first_day: string;
  made_at: string;
  files: Record<string, string>;
}

const inLanguage = (path: string) => `${path}?language=${language.value}`;

const columns = (): Column<Report>[] => [
  { id: "period", label: t("period"), cell: (row) => <Badge tone={row.period === "month" ? "accent" : "plain"}>{t(row.period)}</Badge> },
  { id: "date", label: t("date"), cell: (row) => (row.period === "month" ? row.first_day.slice(0, 7) : row.first_day) },
  { id: "made", label: t("made"), cell: (row) => shortTime(row.made_at) },
  { id: "files", label: t("files"), cell: (row) => <span class="row">{Object.entries(row.files).map(([format, path]) => <DownloadButton key={format} look="quiet" path={inLanguage(path)} name={path.split("/").at(-1)!} label={`${row.first_day} ${format.toUpperCase()}`}>{format.toUpperCase()}</DownloadButton>)}</span> },
];

export function Reports() {
  const list = usePaged<Report>("/v1/reports", "reports");
  const [period, choose] = useState("day");
  const [day, pick] = useState(startOfDay(Date.now() - 86_400_000).slice(0, 10));
  const file = (format: string) => inLanguage(`/v1/reports/${period}/${day}.${format}`);
  return (
    <>
      <div class="filters">
        <Field label={t("period")}><Select value={period} onValue={choose} choices={[{ value: "day", label: t("day") }, { value: "month", label: t("month") }]} /></Field>
        <Field label={t("date")}><Input type="date" value={day} max={startOfDay().slice(0, 10)} onValue={pick} /></Field>
        {["xlsx", "pdf"].map((format) => <DownloadButton key={format} path={file(format)} name={`${period}-${day}.${format}`}>{format.toUpperCase()}</DownloadButton>)}
      </div>
      <div class="panel sheet"><List list={list} columns={columns()} id={(row) => `${row.period} ${row.first_day}`} caption={t("reports")} empty={t("no_reports")} /></div>
    </>
  );
}
