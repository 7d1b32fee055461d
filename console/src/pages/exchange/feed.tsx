/** What other bureaux read: the feed's address, its schema, the cursor of now. */
import { useRef } from "preact/hooks";
import { Button, ErrorNote, Icon, Input, Panel, toast } from "../../design";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

/** Text to be taken away: selected at once, copied where the browser allows it. */
function Taken({ label, value }: { label: string; value: string }) {
  const place = useRef<HTMLDivElement>(null);
  const copy = () => {
    place.current?.querySelector("input")?.select();
    void navigator.clipboard?.writeText(value).then(() => toast(t("copied")), () => {});
  };
  return (
    <div class="taken" ref={place}>
      <span class="label">{label}</span>
      <div class="row"><div class="grow mono"><Input readOnly aria-label={label} value={value} /></div><Button onClick={copy}>{t("copy")}</Button></div>
    </div>
  );
}

export function Feed() {
  const { answer, error, reload } = useAnswer("/v1/exchange/newest");
  const feed = `${location.origin}/v1/exchange/feed`;
  return (
    <div class="feed">
      <p class="muted">{t("feed_hint")}</p>
      <Taken label={t("address")} value={`${feed}?limit=200&wait_s=30`} />
      <Taken label={t("inbox_address")} value={`${location.origin}/v1/exchange/inbox`} />
      {error ? <ErrorNote error={error} onRetry={reload} /> : answer && <Taken label={`${t("cursor")} · ${t("cursor_hint")}`} value={answer.cursor} />}
      <Panel title={t("example")}><pre class="mono example" tabIndex={0}>{`curl -H "Authorization: Bearer $TOKEN" \\\n  "${feed}?types=case&after=${encodeURIComponent(answer?.cursor ?? "CURSOR")}&wait_s=30"`}</pre></Panel>
      <p class="muted">{t("token")}</p>
      <div class="row wrap">
        <a class="button" href="/v1/exchange/schema" target="_blank" rel="noopener"><Icon name="document" />{t("schema")}</a>
        <a class="button" href="/docs" target="_blank" rel="noopener"><Icon name="document" />{t("docs")}</a>
        <Button icon="link" href="/console/notices?tab=webhooks">{t("webhooks")}</Button>
        <span class="muted">{t("push_hint")}</span>
      </div>
    </div>
  );
}
