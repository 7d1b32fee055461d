/** How long a case still has; red once it is over. Counts by one clock for the whole page. */
import { signal } from "@preact/signals";
import { serverNow_ms } from "../../api/clock";
import { duration, Icon, shortTime } from "../../design";
import { translator } from "../../i18n";
import { type Case, isEnded, left_s } from "./case";
import { words } from "./words";

const t = translator(words);

/** The time now, told each second while anything is shown that counts. */
export const now = signal(serverNow_ms());
setInterval(() => {
  if (!document.hidden) now.value = serverNow_ms();
}, 1000);

export function Due({ of, brief = false }: { of: Case; brief?: boolean }) {
  const rest_s = left_s(of, now.value);
  if (isEnded(of)) return <span class="due muted">{t("ended")}</span>;
  if (rest_s === null) return <span class="due muted">–</span>;
  const look = rest_s < 0 ? "due over" : rest_s < 3600 ? "due soon" : "due";
  const time = duration(Math.abs(rest_s));
  return (
    <span class={look} title={of.due_at ? shortTime(of.due_at) : ""}>
      <Icon name="clock" />
      {brief && rest_s >= 0 ? time : t(rest_s < 0 ? "overdue_by" : "left", { time })}
      {of.extended && !brief && <span class="muted"> · {t("extended")}</span>}
    </span>
  );
}
