/** What was sent, attempt by attempt; what did not arrive can be sent again. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, type Column, Drawer, ErrorNote, fullTime, Select, shortTime, Skeleton, toast, toastProblem, type Tone } from "../../design";
import { translator } from "../../i18n";
import { List } from "../../lists/list_page";
import { useAnswer, usePaged } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

type Delivery = Schema<"DeliveryAnswer">;
type Status = Delivery["status"];
type Attempt = Schema<"AttemptAnswer">;

const STATES: Record<Status, [Tone, "waiting_state" | "delivered" | "dead"]> = { waiting: ["notice", "waiting_state"], delivered: ["good", "delivered"], dead: ["critical", "dead"] };
const OUTCOMES: Record<Attempt["outcome"], Tone> = { delivered: "good", failed: "warning", refused: "critical" };

function State({ status }: { status: Status }) {
  const [tone, word] = STATES[status];
  return <Badge tone={tone}>{t(word)}</Badge>;
}

const columns = (): Column<Delivery>[] => [
  { id: "time", label: t("time"), cell: (row) => <span class="nowrap">{shortTime(row.created_at)}</span> },
  { id: "title", label: t("message"), cell: (row) => <span class="strong">{row.title}</span> },
  { id: "channel", label: t("channel"), cell: (row) => row.channel_name },
  { id: "owner", label: t("owner"), cell: (row) => <span class="mono">{row.owner}</span> },
  { id: "attempts", label: t("attempts"), cell: (row) => row.attempts, end: true },
  { id: "state", label: t("status"), cell: (row) => <span class="row wrap tight"><State status={row.status} />{row.next_at && <span class="muted">{t("next_at", { time: shortTime(row.next_at) })}</span>}</span> },
];

function Details({ delivery_id, onDone, onClose }: { delivery_id: string; onDone: () => void; onClose: () => void }) {
  const { answer, error } = useAnswer(`/v1/deliveries/${delivery_id}`);
  const resend = () => post(`/v1/deliveries/${delivery_id}/resend`).then(() => (toast(t("resent")), onDone(), onClose()), toastProblem);
  return (
    <Drawer title={answer?.title ?? t("message")} open onClose={onClose} footer={<Button look="primary" icon="refresh" onClick={resend}>{t("resend")}</Button>}>
      <ErrorNote error={error} />
      {!answer ? !error && <Skeleton /> : (
        <>
          <dl class="facts start">
            <dt>{t("channel")}</dt><dd>{answer.channel_name}</dd>
            <dt>{t("about")}</dt><dd class="mono">{answer.about}</dd>
            <dt>{t("time")}</dt><dd>{fullTime(answer.created_at)}</dd>
            <dt>{t("status")}</dt><dd><State status={answer.status} /></dd>
          </dl>
          {answer.resent_from && <p class="muted">{t("resent_from")}</p>}
          <ol class="attempts">
            {answer.attempts_made.map((one) => (
              <li key={one.attempt_no}>
                <div class="row wrap tight">
                  <span class="strong">{t("attempt", { no: one.attempt_no })}</span>
                  <Badge tone={OUTCOMES[one.outcome]}>{t(one.outcome)}</Badge>
                  {one.http_status && <span class="mono">HTTP {one.http_status}</span>}
                  <span class="muted">{fullTime(one.at)} · {t("took", { ms: one.took_ms })}</span>
                </div>
                {one.detail && <p class="mono detail">{one.detail}</p>}
              </li>
            ))}
          </ol>
        </>
      )}
    </Drawer>
  );
}

export function Deliveries() {
  const [status, choose] = useState<Status | "">("");
  const [opened, open] = useState<string | null>(null);
  const list = usePaged("/v1/deliveries", "deliveries", { status, limit: 50 });
  const choices = [{ value: "", label: t("all") }, ...Object.entries(STATES).map(([value, [, word]]) => ({ value, label: t(word) }))];
  return (
    <>
      <div class="sheet-top row"><div class="narrow"><Select aria-label={t("status")} value={status} onValue={(value) => choose(value as typeof status)} choices={choices} /></div><Button look="quiet" icon="refresh" onClick={list.reload}>{t("look")}</Button></div>
      <List list={list} columns={columns()} id={(row) => row.delivery_id} caption={t("deliveries")} selected={opened} onOpen={(row) => open(row.delivery_id)} empty={t("no_deliveries")} />
      {opened && <Details key={opened} delivery_id={opened} onDone={list.reload} onClose={() => open(null)} />}
    </>
  );
}
