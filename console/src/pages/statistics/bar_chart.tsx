/** Bars in SVG with a value on hover and read aloud; for some dozens of rows. */
import { figure } from "../../design";
import { translator } from "../../i18n";
import { bars } from "./figures";
import { words } from "./words";
import "./statistics.css";

const t = translator(words);

/** A bar wider than this is a block. [% of the chart] */
const WIDEST = 6;

interface Props {
  label: string;
  values: { name: string; value: number }[];
  tone?: "accent" | "critical";
}

export function BarChart({ label, values, tone = "accent" }: Props) {
  const shown = bars(values.map((each) => each.value));
  const width = 100 / Math.max(1, values.length);
  const most = Math.max(0, ...values.map((each) => each.value));
  const every = Math.max(1, Math.ceil(values.length / 8));
  return (
    <figure class={`bar-chart ${tone}`}>
      <figcaption><span>{label}</span><span>{t("most", { value: figure(most, 1) })}</span></figcaption>
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={`${label}: ${values.map((each) => `${each.name} ${each.value}`).join(", ")}`}>
        {[10, 20, 30].map((y) => <line key={y} x1="0" x2="100" y1={y} y2={y} class="grid" vector-effect="non-scaling-stroke" />)}
        {shown.map(({ at, share }, index) => (
          <rect key={values[index]?.name} x={at * 100 - Math.min(width * 0.72, WIDEST) / 2} width={Math.min(width * 0.72, WIDEST)} y={40 - share * 38} height={Math.max(share * 38, share ? 0.6 : 0)} rx="0.4">
            <title>{`${values[index]?.name}: ${figure(values[index]?.value ?? 0, 1)}`}</title>
          </rect>
        ))}
      </svg>
      <div class="bar-names" aria-hidden="true">
        {values.map((each, at) => <span key={each.name} style={{ left: `${(at + 0.5) * width}%` }}>{at % every === 0 ? each.name : ""}</span>)}
      </div>
    </figure>
  );
}
