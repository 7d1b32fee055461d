/** How much of a quota is used up. */
import { Badge, figure } from "../../design";
import { translator } from "../../i18n";
import type { Quota } from "./permit";
import { words } from "./words";

const t = translator(words);

export function QuotaBar({ quota, small = false }: { quota: Quota; small?: boolean }) {
  const { unit, amount, used, left, warning } = quota;
  const text = t("used_of", { used: figure(used, 1), amount: figure(amount, 1), unit: t(unit) });
  const tone = warning === "used_up" ? "critical" : warning ? "warning" : "good";
  return (
    <div class={`quota ${tone}`} data-quota={unit} data-used={used} data-left={left}>
      <div class="bar" role="meter" aria-valuemin={0} aria-valuemax={amount} aria-valuenow={Math.min(used, amount)} aria-label={text}><span style={{ width: `${Math.min(100, (100 * used) / amount)}%` }} /></div>
      <div class="row between"><span>{text}</span>{small ? null : <span class="muted">{t("left", { left: figure(left, 1), unit: t(unit) })}</span>}{warning && <Badge tone={tone}>{t(warning)}</Badge>}</div>
      {!small && quota.unmeasured_trips > 0 && <p class="muted">{t("unmeasured", { count: quota.unmeasured_trips })}</p>}
    </div>
  );
}
