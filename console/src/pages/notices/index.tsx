/** What the user is told and where: subscriptions, channels, the log of what was sent, webhooks. */
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { Button, ErrorNote, Tabs, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { ListPage } from "../../lists/list_page";
import { useAnswer } from "../../lists/paged";
import { may } from "../../session/session";
import { loadKinds } from "../../words/kinds";
import { Channels } from "./channels";
import { Deliveries } from "./deliveries";
import { Subscriptions } from "./subscriptions";
import { Webhooks } from "./webhooks";
import { words } from "./words";
import "./notices.css";

const t = translator(words);

const TABS = ["subscriptions", "channels", "deliveries", "webhooks"] as const;
type Tab = (typeof TABS)[number];
const ADDS = { subscriptions: "add_subscription", channels: "add_channel", webhooks: "add_webhook" } as const;

export default function Notices() {
  const { query, route } = useLocation();
  const tab = TABS.find((id) => id === query.tab) ?? "subscriptions";
  const show = (id: Tab) => route(`/console/notices?tab=${id}`, true);
  const [adding, add] = useState(false);
  const { answer, error, reload } = useAnswer("/v1/channels");
  useEffect(() => void loadKinds().catch(toastProblem), []);
  const channels = answer?.channels ?? [];
  const offered = TABS.filter((id) => id !== "webhooks" || may("exchange"));
  const parts = { adding, onAdded: () => add(false) };
  return (
    <ListPage title={t("title")} tools={tab !== "deliveries" && <Button look="primary" icon="plus" onClick={() => add(true)}>{t(ADDS[tab])}</Button>}>
      <Tabs label={t("title")} selected={tab} onSelect={(id) => (add(false), show(id as Tab))} tabs={offered.map((id) => ({ id, label: t(id) }))} />
      {error ? <div class="list-note"><ErrorNote error={error} onRetry={reload} /></div>
        : tab === "subscriptions" ? <Subscriptions channels={channels} {...parts} />
        : tab === "channels" ? <Channels channels={channels} reload={reload} {...parts} />
        : tab === "deliveries" ? <Deliveries /> : <Webhooks {...parts} />}
    </ListPage>
  );
}
