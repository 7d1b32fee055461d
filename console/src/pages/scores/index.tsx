/** Scores: who lost how many points and why, appeals and their decisions, the bureau's table of points. */
import { useEffect, useState } from "preact/hooks";
import { Button, Field, Select, startOfDay, Tabs } from "../../design";
import { translator } from "../../i18n";
import { ListPage } from "../../lists/list_page";
import { may } from "../../session/session";
import { loadKinds } from "../../words/kinds";
import { Ledger } from "./ledger";
import { PointTable } from "./point_table";
import { Ranking } from "./ranking";
import type { Subject, SubjectKind } from "./score";
import { words } from "./words";

const t = translator(words);

const KINDS: SubjectKind[] = ["company", "vehicle", "driver"];
const YEARS = 5;
const THIS_YEAR = Number(startOfDay().slice(0, 4));

export default function Scores() {
  const [tab, show] = useState("ranking");
  const [kind, choose] = useState<SubjectKind>("company");
  const [year, turn] = useState(THIS_YEAR);
  const [subject, follow] = useState<Subject | null>(null);
  useEffect(() => void loadKinds().catch(() => undefined), []);
  const tabs = ["ranking", "ledger", "appeals", ...(may("tune") ? ["table"] : [])] as ("ranking" | "ledger" | "appeals" | "table")[];
  const years = Array.from({ length: YEARS }, (_, back) => String(THIS_YEAR - back));
  const toLedger = (one: Subject) => {
    follow(one);
    show("ledger");
  };
  return (
    <ListPage title={t("title")}
      filters={
        <>
          <Field label={t("subject")}><Select value={kind} onValue={(value) => (choose(value as SubjectKind), follow(null))} choices={KINDS.map((value) => ({ value, label: t(value) }))} /></Field>
          {tab !== "table" && <Field label={t("year")}><Select value={String(year)} onValue={(value) => turn(Number(value))} choices={years.map((value) => ({ value, label: value }))} /></Field>}
          {subject && <Button icon="close" onClick={() => follow(null)}>{t("only", { name: subject.name })}</Button>}
        </>
      }>
      <Tabs label={t("title")} selected={tab} onSelect={(id) => (follow(null), show(id))} tabs={tabs.map((id) => ({ id, label: t(id) }))} />
      {tab === "ranking" && <Ranking kind={kind} year={year} onOpen={toLedger} />}
      {tab === "ledger" && <Ledger kind={kind} year={year} subject={subject?.id ?? null} />}
      {tab === "appeals" && <Ledger kind={kind} year={year} subject={null} appealed />}
      {tab === "table" && <PointTable kind={kind} />}
    </ListPage>
  );
}
