/** What a rule found and by which thresholds: every number is the event's own, `data-value` holds it as the API wrote it. */
import type { Schema } from "../../api/schema";
import { Badge, duration, fullTime, Severity } from "../../design";
import { language, translator } from "../../i18n";
import { kindName } from "../../words/kinds";
import { listed } from "../../words/punctuation";
import { type Member, members, numberText } from "./members";
import { memberName, ruleText, valueWord } from "./member_words";
import { words } from "./words";

const t = translator(words);

/** What is shown of an event. */
export type Event = Pick<
  Schema<"EventAnswer">,
  | "event_id" | "kind" | "severity" | "subject_kind" | "subject_id" | "vehicle_id" | "start" | "confirmed_at" | "end" | "status" | "position"
  | "opening" | "closing" | "back_dated"
>;

const YES_NO = { zh: ["否", "是"], en: ["no", "yes"] } as const;

/** Return a member's value as people read it. */
export function memberText({ unit, value }: Member): string {
  if (unit === "yes_no") return YES_NO[language.value][Number(value)]!;
  if (unit === "seconds") return duration(value as number);
  if (unit === "time") return fullTime(value as number);
  if (typeof value === "number") return numberText(value, unit);
  if (Array.isArray(value)) return listed(value.map(oneText));
  return oneText(value);
}

const oneText = (value: unknown): string =>
  typeof value === "string" ? valueWord(value) : value !== null && typeof value === "object" ? Object.values(value).map((each) => oneText(each)).join(" ") : String(value);

function MemberList({ title, rows }: { title: string; rows: Member[] }) {
  if (rows.length === 0) return null;
  return (
    <section class="members">
      <h4>{title}</h4>
      <dl class="facts">
        {rows.map((member) => (
          <div class="fact" key={member.path}>
            <dt>{memberName(member.name)}</dt>
            <dd data-member={member.path} data-value={JSON.stringify(member.value)}>{memberText(member)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Findings({ event }: { event: Event }) {
  const opening = members("opening", event.opening);
  const closing = members("closing", event.closing);
  // What the whole episode showed replaces what was known when it was confirmed.
  const later = new Set(closing.map((member) => member.name));
  const measured = [...closing, ...opening.filter((member) => !member.threshold && !later.has(member.name))];
  return (
    <article class="findings" data-event={event.event_id}>
      <div class="row wrap">
        <Severity severity={event.severity} />
        <b>{kindName(event.kind)}</b>
        {event.status === "withdrawn" && <Badge tone="outline">{t("withdrawn")}</Badge>}
        {event.status === "open" && <Badge tone="warning">{t("going_on")}</Badge>}
        {event.back_dated && <Badge tone="outline">{t("back_dated")}</Badge>}
      </div>
      <p class="rule-text">{ruleText(event.kind)}</p>
      <div class="columns">
        <MemberList title={t("measured")} rows={measured} />
        <MemberList title={t("thresholds")} rows={opening.filter((member) => member.threshold)} />
      </div>
      {event.opening.rule_version !== undefined && (
        <p class="muted small">
          {t("rule_version")} <span data-member="opening.rule_version" data-value={JSON.stringify(event.opening.rule_version)}>{String(event.opening.rule_version)}</span>
        </p>
      )}
    </article>
  );
}
