/** The tools of a drawing, above the map, with what it measures. */
import { Button, figure, IconButton } from "../../design";
import { translator } from "../../i18n";
import type { Drawer, Drawn } from "../../map/draw";
import { measured, type Shape } from "../../map/draw_shapes";
import { words } from "./words";

const t = translator(words);

function size(shape: Shape | null): string {
  const { corners, length_m, area_m2 } = measured(shape);
  if (!corners) return "";
  const told = length_m !== null ? (length_m < 10_000 ? `${figure(length_m)} m` : `${figure(length_m / 1000, 1)} km`) : area_m2! < 1e6 ? `${figure(area_m2!)} m²` : `${figure(area_m2! / 1e6, 2)} km²`;
  return `${told} · ${t("corners", { count: corners })}`;
}

export function DrawTools({ kind, drawn, drawer, onDone }: { kind: "area" | "line"; drawn: Drawn; drawer: Drawer; onDone: () => void }) {
  const drawing = drawn.mode === "draw";
  return (
    <div class="draw-tools panel floating" role="toolbar" aria-label={t("tools")} data-mode={drawn.mode}>
      <div class="row wrap">
        {drawing ? (
          <>
            <Button icon="check" onClick={drawer.finish}>{t("finish")}</Button>
            {drawn.shape && <Button icon="close" onClick={drawer.cancel}>{t("cancel_part")}</Button>}
          </>
        ) : (
          <>
            <Button icon={kind === "line" ? "path" : "plus"} onClick={drawer.draw}>{t(kind === "line" ? "redraw" : "add_part")}</Button>
            {kind === "area" && drawn.shape && <Button icon="minus" onClick={drawer.cut}>{t("cut")}</Button>}
            {drawn.shape && <IconButton icon="trash" label={t("clear")} onClick={drawer.clear} />}
          </>
        )}
        {!drawing && drawn.shape && (
          <span class="row corner-tools" role="group" aria-label={t("corner")}>
            <IconButton icon="chevron_left" label={`${t("corner_before")} ([)`} onClick={() => drawer.pick(-1)} />
            <span class="corner-of" role="status">{drawn.picked ? t("corner_of", { number: drawn.picked.number, of: drawn.picked.of }) : t("corner")}</span>
            <IconButton icon="chevron_right" label={`${t("corner_after")} (])`} onClick={() => drawer.pick(1)} />
            {drawn.picked && <Button icon="minus" disabled={!drawn.picked.removable} title={drawn.picked.removable ? undefined : t("corner_needed")} onClick={drawer.removePicked}>{t("remove_corner")}</Button>}
          </span>
        )}
        <IconButton icon="undo" label={`${t("undo")} (Ctrl+Z)`} disabled={!drawn.canUndo} onClick={drawer.undo} />
        <IconButton icon="redo" label={`${t("redo")} (Ctrl+Y)`} disabled={!drawn.canRedo} onClick={drawer.redo} />
        <Button look="primary" disabled={drawing && !drawn.shape} onClick={onDone}>{t("done")}</Button>
      </div>
      <p class="muted" role="status">{drawn.broken ? <span class="wrong">{t("broken")}</span> : drawing ? t(kind === "line" ? "draw_line" : "draw_area") : t("edit_hint")}</p>
      {drawn.shape && <p class="size" data-size={size(drawn.shape)}>{size(drawn.shape)}</p>}
    </div>
  );
}
