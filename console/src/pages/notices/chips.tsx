/** Some of a list, chosen one by one; none means all of them. */
import { Badge, type Choice, Field, IconButton, Select } from "../../design";
import { translator } from "../../i18n";
import { words } from "./words";

const t = translator(words);

interface Props {
  label: string;
  /** What is chosen while nothing is. */
  everything: string;
  choices: Choice[];
  chosen: string[] | null;
  onChosen: (chosen: string[] | null) => void;
}

export function Chips({ label, everything, choices, chosen, onChosen }: Props) {
  const some = chosen ?? [];
  const name = (value: string) => choices.find((choice) => choice.value === value)?.label ?? value;
  const left = choices.filter((choice) => !some.includes(choice.value));
  return (
    <div class="some-of">
      <Field label={label}>
        <Select value="" disabled={left.length === 0} onValue={(value) => value && onChosen([...some, value])}
          choices={[{ value: "", label: some.length ? `${t("add")}…` : everything }, ...left]} />
      </Field>
      {some.length > 0 && (
        <ul class="row wrap">
          {some.map((value) => (
            <li key={value}>
              <Badge>{name(value)}<IconButton icon="close" label={t("take_away", { name: name(value) })} onClick={() => onChosen(some.filter((one) => one !== value))} /></Badge>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
