/** The two halves of the page: permits, and what is applied for. */
import { useAnswer } from "../../lists/paged";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { words } from "./application_words";

const t = translator(words);

export function SectionTabs({ here, round = 0 }: { here: "permits" | "applications"; round?: unknown }) {
  const { answer } = useAnswer("/v1/permit-applications", { limit: 1 }, round);
  const waiting = (may("permit") ? answer?.counts.submitted : answer?.counts.returned) ?? 0;
  const link = (name: "permits" | "applications", path: string, count = 0) => (
    <a href={`/console/${path}`} aria-current={here === name ? "page" : undefined}>
      {t(name === "applications" && !may("permit") && may("apply") ? "mine" : name)}
      {count > 0 && <span class="count" data-waiting={count}>{count}</span>}
    </a>
  );
  return <nav class="section-tabs" aria-label={t("tabs")}>{link("permits", "permits")}{link("applications", "permits/applications", waiting)}</nav>;
}
