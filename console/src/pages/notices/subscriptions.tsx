/** What the user wants to be told. */
import { useState } from "preact/hooks";
import { Badge, type Choice, type Column, Empty, ErrorNote, Severity, Skeleton, Table } from "../../design";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { kindName } from "../../words/kinds";
import { listed } from "../../words/punctuation";
import type { Channel } from "./channels";
import { BLANK, type Subscription } from "./subscription";
import { SubscriptionForm } from "./subscription_form";
import { words } from "./words";

const t = translator(words);

const few = (names: string[] | null, all: string) => (names === null ? all : names.length > 2 ? `${listed(names.slice(0, 2))} +${names.length - 2}` : listed(names));

const columns = (channels: Channel[], districts: Choice[], companies: Choice[]): Column<Subscription>[] => {
  const name = (choices: Choice[]) => (id: string) => choices.find((choice) => choice.value === id)?.label ?? id;
  const channel = (id: string) => channels.find((one) => one.channel_id === id)?.name ?? "–";
  return [
    { id: "name", label: t("name"), cell: (row) => <span class="strong">{row.name}</span> },
    { id: "what", label: t("what"), cell: (row) => <span class="row wrap tight"><Severity severity={row.min_severity} />{few(row.kinds?.map(kindName) ?? null, t("every_kind"))}</span> },
    {
      id: "where", label: t("where"),
      cell: (row) => [few(row.district_ids?.map(name(districts)) ?? null, t("every_district")), row.company_ids && few(row.company_ids.map(name(companies)), "")].filter(Boolean).join(" · "),
    },
    { id: "to", label: t("to"), cell: (row) => few(row.channel_ids.map(channel), "–") },
    { id: "quiet", label: t("quiet"), cell: (row) => (row.quiet_from ? `${row.quiet_from.slice(0, 5)}–${row.quiet_to?.slice(0, 5)}` : "–") },
    { id: "levels", label: t("escalates"), cell: (row) => row.levels.map((level) => t("minutes", { count: level.after_s / 60 })).join(" → ") || "–" },
    { id: "state", label: t("state"), cell: (row) => <Badge tone={row.enabled ? "good" : "outline"}>{t(row.enabled ? "enabled" : "disabled")}</Badge> },
  ];
};

interface Listed {
  districts: Choice[];
  companies: Choice[];
}

/** Names of what a subscription can be narrowed to. */
function useListed(): Listed {
  const { answer: districts } = useAnswer("/v1/districts", { limit: 1000 });
  const { answer: companies } = useAnswer("/v1/companies", { limit: 1000 });
  return {
    districts: (districts?.districts ?? []).map((one) => ({ value: one.district_id, label: one.name ?? one.district_id })),
    companies: (companies?.companies ?? []).map((one) => ({ value: one.company_id, label: one.name ?? one.company_id })),
  };
}

export function Subscriptions({ channels, adding, onAdded }: { channels: Channel[]; adding: boolean; onAdded: () => void }) {
  const { answer, error, reload } = useAnswer("/v1/subscriptions");
  const { districts, companies } = useListed();
  const [opened, open] = useState<string | null>(null);
  const form = { channels, districts, companies, onDone: reload };
  const row = answer?.subscriptions.find((one) => one.subscription_id === opened);
  return (
    <>
      {error ? <div class="list-note"><ErrorNote error={error} onRetry={reload} /></div> : !answer ? <div class="list-note"><Skeleton lines={5} /></div>
        : answer.subscriptions.length === 0 ? <Empty icon="bell">{t("no_subscriptions")}</Empty> : (
          <Table columns={columns(channels, districts, companies)} rows={answer.subscriptions} id={(one) => one.subscription_id} caption={t("subscriptions")}
            selected={opened} onOpen={(one) => open(one.subscription_id)} />
        )}
      {row && <SubscriptionForm key={row.subscription_id} given={row} onClose={() => open(null)} {...form} />}
      {adding && <SubscriptionForm given={{ ...BLANK, channel_ids: channels.filter((one) => one.yours).slice(0, 1).map((one) => one.channel_id) }} onClose={onAdded} {...form} />}
    </>
  );
}
