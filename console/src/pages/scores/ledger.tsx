/** Every deduction with its appeal; a company objects here, the bureau decides here. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import { Badge, Button, type Column, Dialog, Field, figure, fullTime, shortTime, TextArea, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { List } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { kindName } from "../../words/kinds";
import type { Entry, SubjectKind } from "./score";
import { words } from "./words";

const t = translator(words);

function Standing({ row }: { row: Entry }) {
  if (row.appeal_upheld !== null) return <Badge tone={row.appeal_upheld ? "good" : "outline"}>{t(row.appeal_upheld ? "decided_upheld" : "decided_rejected")}</Badge>;
  if (row.appeal_no !== null) return <Badge tone="warning">{t("pending")}</Badge>;
  return row.reversed_by !== null ? <Badge tone="good">{t("given_back")}</Badge> : null;
}

const columns = (onAppeal: (row: Entry) => void): Column<Entry>[] => [
  { id: "at", label: t("at"), cell: (row) => <span class="nowrap">{shortTime(row.event_time)}</span> },
  { id: "subject", label: t("subject"), cell: (row) => <span class={row.subject_kind === "vehicle" ? "plate" : "strong"}>{row.name ?? row.subject_id}</span> },
  { id: "points", label: t("points"), end: true, cell: (row) => <span class={row.points < 0 ? "given" : ""}>{row.points > 0 ? `−${figure(row.points, 1)}` : `+${figure(-row.points, 1)}`}</span> },
  { id: "reason", label: t("reason"), cell: (row) => (row.kind ? kindName(row.kind) : row.reason) },
  { id: "case", label: t("case"), cell: (row) => (row.case_id ? <a href={`/console/cases/${row.case_id}`}>{row.case_no}</a> : "–") },
  { id: "standing", label: t("appeal"), cell: (row) => <span title={row.decision ?? row.appeal_text ?? undefined}><Standing row={row} /></span> },
  {
    id: "do", label: "", end: true,
    cell: (row) => {
      const free = row.points > 0 && row.appeal_no === null && row.reversed_by === null && may("appeal");
      const open = row.appeal_no !== null && row.appeal_upheld === null && may("verify");
      return (free || open) && <Button look="quiet" onClick={() => onAppeal(row)}>{t(open ? "decide" : "appeal")}</Button>;
    },
  },
];

function Appeal({ row, onDone, onClose }: { row: Entry; onDone: () => void; onClose: () => void }) {
  const [text, write] = useState("");
  const deciding = row.appeal_no !== null;
  const done = () => (onDone(), onClose());
  const object = () => post(`/v1/scores/entries/${String(row.entry_no)}/appeal`, { text }).then(done, toastProblem);
  const decide = (upheld: boolean) => post(`/v1/appeals/${String(row.appeal_no)}/decision`, { upheld, reason: text }).then(done, toastProblem);
  return (
    <Dialog title={t(deciding ? "decide" : "appeal")} open onClose={onClose} onSubmit={() => !deciding && object()}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          {deciding && <Button look="danger" disabled={!text.trim()} onClick={() => decide(false)}>{t("reject")}</Button>}
          {deciding && <Button look="primary" disabled={!text.trim()} onClick={() => decide(true)}>{t("uphold")}</Button>}
          {!deciding && <Button look="primary" type="submit" disabled={!text.trim()}>{t("send")}</Button>}
        </>
      }>
      <dl class="facts">
        <dt>{t("subject")}</dt><dd>{row.name ?? row.subject_id}</dd>
        <dt>{t("reason")}</dt><dd>{row.kind ? kindName(row.kind) : row.reason}</dd>
        <dt>{t("points")}</dt><dd>{figure(row.points, 1)}</dd>
        <dt>{t("case")}</dt><dd>{row.case_id ? <a href={`/console/cases/${row.case_id}`}>{row.case_no}</a> : "–"}</dd>
        {row.appealed_at && <><dt>{t("appealed_at")}</dt><dd>{fullTime(row.appealed_at)}</dd></>}
      </dl>
      {row.appeal_text && <blockquote>{row.appeal_text}</blockquote>}
      <Field label={t(deciding ? "decision" : "appeal_text")}><TextArea rows={4} maxLength={2000} value={text} onValue={write} /></Field>
    </Dialog>
  );
}

export function Ledger({ kind, year, subject, appealed = false }: { kind: SubjectKind; year: number; subject: string | null; appealed?: boolean }) {
  const datetime = `${year}-01-01T00:00:00+08:00/${year + 1}-01-01T00:00:00+08:00`;
  const list = usePaged("/v1/scores/entries", "entries", { subject_kind: kind, subject_id: subject, appealed: appealed || null, datetime });
  const [row, appeal] = useState<Entry | null>(null);
  return (
    <>
      <List list={list} columns={columns(appeal)} id={(one) => String(one.entry_no)} caption={t("ledger")} empty={t(appealed ? "no_appeals" : "no_entries")} icon="chart" />
      {row && <Appeal row={row} onDone={list.reload} onClose={() => appeal(null)} />}
    </>
  );
}
