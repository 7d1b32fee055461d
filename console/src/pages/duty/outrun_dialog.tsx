/** Two officers planned the same time: what stands and what is wanted, shift by shift, and who shall be on duty. */
import { useState } from "preact/hooks";
import { shown } from "../../charts/time";
import { Badge, Button, Dialog, type Tone } from "../../design";
import { translator } from "../../i18n";
import type { Outrun } from "./plan";
import { type Candidate, candidates, chosen, clashes, ordered, type Span, spanOf, within } from "./roster";
import type { Worker } from "./shift_form";
import { words } from "./words";

const t = translator(words);

const MARKS: Record<Candidate["mark"], Tone> = { kept: "outline", theirs: "notice", lost: "notice", removed: "warning", mine: "accent" };

/** What is to be chosen from: all of the time that the change touches now. */
function given({ seen, now, gone, come }: Outrun): Candidate[] {
  const standing = now.map(spanOf);
  const { start, end } = ordered([...standing, ...seen], gone, come);
  const [from_ms, to_ms] = [Date.parse(start), Date.parse(end)];
  return candidates(within(seen, from_ms, to_ms), within(standing, from_ms, to_ms), gone, come);
}

interface Props {
  outrun: Outrun;
  workers: Worker[];
  onChoose: (seen: Span[], gone: Span[], come: Span[]) => void;
  onClose: () => void;
}

export function OutrunDialog({ outrun, workers, onChoose, onClose }: Props) {
  const [all, choose] = useState(() => given(outrun));
  const name = (login: string) => outrun.now.find((one) => one.assignee === login)?.assignee_name ?? workers.find((one) => one.name === login)?.display_name ?? login;
  const toggle = (at: number) => choose((had) => had.map((one, which) => (which === at ? { ...one, taken: !one.taken } : one)));
  const twice = clashes(all);
  const { gone, come } = chosen(all);
  const save = () => {
    if (twice) return;
    if (gone.length + come.length === 0) onClose();
    else onChoose(outrun.now.map(spanOf), gone, come);
  };
  return (
    <Dialog title={t("outrun")} open onClose={onClose} onSubmit={save}
      footer={<><Button onClick={onClose}>{t("keep_standing")}</Button><span class="grow" /><Button look="primary" icon="check" type="submit" disabled={twice}>{t("save_chosen")}</Button></>}>
      <p class="muted" role="alert">{t("outrun_hint")}</p>
      <ul class="duty-choice">
        {all.map((one, at) => (
          <li key={`${one.mark} ${one.span.assignee} ${one.span.start_ms}`} data-mark={one.mark}>
            <label class="check">
              <input type="checkbox" checked={one.taken} onChange={() => toggle(at)} />
              <span class="grow"><strong>{name(one.span.assignee)}</strong> <span class="muted">{shown(one.span.start_ms, "short")} – {shown(one.span.end_ms, "short")}</span></span>
              <Badge tone={MARKS[one.mark]}>{t(`mark_${one.mark}`)}</Badge>
            </label>
          </li>
        ))}
      </ul>
      {twice && <p class="bad" role="status">{t("twice")}</p>}
    </Dialog>
  );
}
