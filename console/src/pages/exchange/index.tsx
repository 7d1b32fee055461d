/** Exchange with other bureaux: what they report, and what they read. */
import { useState } from "preact/hooks";
import { Tabs } from "../../design";
import { translator } from "../../i18n";
import { ListPage } from "../../lists/list_page";
import { Feed } from "./feed";
import { Inbox } from "./inbox";
import { words } from "./words";
import "./exchange.css";

const t = translator(words);

export default function Exchange() {
  const [tab, show] = useState<"inbox" | "feed">("inbox");
  return (
    <ListPage title={t("title")}>
      <Tabs label={t("title")} selected={tab} onSelect={(id) => show(id as typeof tab)} tabs={(["inbox", "feed"] as const).map((id) => ({ id, label: t(id) }))} />
      {tab === "inbox" ? <Inbox /> : <Feed />}
    </ListPage>
  );
}
