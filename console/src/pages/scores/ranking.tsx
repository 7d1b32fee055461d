/** A year's ranking, those that lost most first. */
import { Badge, type Column, figure } from "../../design";
import { translator } from "../../i18n";
import { List } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import type { Score, Subject, SubjectKind } from "./score";
import { words } from "./words";
import "./scores.css";

const t = translator(words);

function Left({ score }: { score: Score }) {
  const share = Math.max(0, Math.min(1, score.left / score.base));
  const tone = share >= 0.7 ? "good" : share >= 0.4 ? "warning" : "critical";
  return (
    <span class="row score-left">
      <span class="strong">{figure(score.left, 1)}</span>
      <span class="score-bar" aria-hidden="true"><span class={tone} style={{ width: `${share * 100}%` }} /></span>
      <span class="muted">{t("of_base", { points: figure(score.base) })}</span>
    </span>
  );
}

const columns = (): Column<Score>[] => [
  { id: "name", label: t("name"), cell: (row) => <span class={row.subject_kind === "vehicle" ? "plate" : "strong"}>{row.name ?? row.subject_id}</span> },
  { id: "left", label: t("left"), cell: (row) => <Left score={row} /> },
  { id: "deducted", label: t("deducted"), end: true, cell: (row) => figure(row.deducted, 1) },
  { id: "count", label: t("deductions"), end: true, cell: (row) => figure(row.deductions) },
  { id: "appeals", label: t("open_appeals"), end: true, cell: (row) => (row.open_appeals ? <Badge tone="warning">{row.open_appeals}</Badge> : "–") },
];

export function Ranking({ kind, year, onOpen }: { kind: SubjectKind; year: number; onOpen: (subject: Subject) => void }) {
  const list = usePaged("/v1/scores", "scores", { subject_kind: kind, year });
  return <List list={list} columns={columns()} id={(row) => row.subject_id} caption={t("ranking")} empty={t("no_scores")} icon="chart" onOpen={(row) => onOpen({ id: row.subject_id, name: row.name ?? row.subject_id })} />;
}
