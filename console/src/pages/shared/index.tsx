/** What somebody was given a link to: one case, or where one truck was; for whoever has the link, until it ends. */
import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../../api/client";
import { Empty, ErrorNote, fullTime, Icon, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { askForGround } from "../../map/basemap";
import { Mark } from "../../shell/mark";
import { LanguageSwitch, ThemeSwitch } from "../../shell/switches";
import { SharedCaseView } from "./case_view";
import type { Shared } from "./shared";
import { SharedTrackView } from "./track_view";
import { words } from "./words";
import "./shared.css";

const t = translator(words);

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const status = error instanceof ApiError ? error.problem.status : 0;
  const what = ({ 410: "ended", 404: "unknown" } as const)[status];
  if (!what) return <div class="page"><ErrorNote error={error} onRetry={onRetry} /></div>;
  return (
    <Empty icon={what === "ended" ? "clock" : "link"}>
      <h1>{t(what)}</h1>
      <p>{t(`${what}_hint`)}</p>
    </Empty>
  );
}

export default function SharedPage({ token = "" }: Record<string, string>) {
  const [found, show] = useState<Shared | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const path = `/v1/shared/${encodeURIComponent(token)}` as const;
  const ask = () => {
    fail(null);
    get(path).then(show, fail);
  };
  useEffect(() => {
    document.title = `${t("shared")} · Muckline`;
    askForGround(`${path}/basemap`);
    ask();
    return () => askForGround();
  }, [path]);
  return (
    <div class="shared">
      <header class="shared-bar">
        <span class="brand"><Mark /><strong>Muckline</strong><small class="muted">{t("product")}</small></span>
        <span class="grow" />
        {found?.masked && <span class="muted until masked"><Icon name="lock" />{t("masked")}</span>}
        {found && <span class="muted until"><Icon name="clock" />{t("until", { time: fullTime(found.expires_at) })}</span>}
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main id="main" aria-label={t("shared")}>
        {failed ? <Failed error={failed} onRetry={ask} /> : !found ? <div class="page"><Skeleton lines={8} /></div>
          : found.case ? <SharedCaseView one={found.case} track={found.track} /> : found.track && <SharedTrackView answer={found.track} />}
      </main>
    </div>
  );
}
