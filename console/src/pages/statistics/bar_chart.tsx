/** Bars in SVG with an axis, a value on hover and read aloud; for some dozens of rows. */
import { figure } from "../../design";
import { axisOf, bars } from "./figures";
import "./statistics.css";

/** A bar wider than this is a block. [% of the chart] */
const WIDEST = 6;
/** Names below the bars that stand apart at a desk's width. */
const NAMES_MOST = 8;

interface Props {
  label: string;
  values: { name: string; value: number }[];
  tone?: "accent" | "ink";
}

export function BarChart({ label, values, tone = "accent" }: Props) {
  const axis = axisOf(Math.max(0, ...values.map((each) => each.value)));
  const top = axis.at(-1) ?? 1;
  const shown = bars(values.map((each) => each.value), top);
  const width = 100 / Math.max(1, values.length);
  const wide = Math.min(width * 0.72, WIDEST);
  const every = Math.max(1, Math.ceil(values.length / NAMES_MOST));
  return (
    <figure class={`bar-chart ${tone}`}>
      <figcaption>{label}</figcaption>
      <div class="bar-plot">
        <div class="bar-axis" aria-hidden="true">{axis.map((value) => <span key={value} style={{ bottom: `${(value / top) * 100}%` }}>{figure(value, 1)}</span>)}</div>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={`${label}: ${values.map((each) => `${each.name} ${each.value}`).join(", ")}`}>
          {axis.map((value) => <line key={value} x1="0" x2="100" y1={100 - (value / top) * 100} y2={100 - (value / top) * 100} class="grid" vector-effect="non-scaling-stroke" />)}
          {shown.map(({ at, share }, index) => (
            <g key={values[index]?.name}>
              <rect x={at * 100 - wide / 2} width={wide} y={100 - share * 100} height={Math.max(share * 100, share ? 1 : 0)} />
              <rect class="under" x={at * 100 - width / 2} width={width} y="0" height="100"><title>{`${values[index]?.name}: ${figure(values[index]?.value ?? 0, 1)}`}</title></rect>
            </g>
          ))}
        </svg>
        {shown.map(({ at, share }, index) => share > 0 && values.length <= 2 * NAMES_MOST && (
          <span class="bar-value" key={values[index]?.name} aria-hidden="true" style={{ left: `${at * 100}%`, bottom: `${share * 100}%` }}>{figure(values[index]?.value ?? 0, 1)}</span>
        ))}
      </div>
      <div class="bar-names" aria-hidden="true">
        {values.map((each, at) => <span key={each.name} style={{ left: `${(at + 0.5) * width}%` }}>{at % every === 0 ? each.name : ""}</span>)}
      </div>
    </figure>
  );
}
