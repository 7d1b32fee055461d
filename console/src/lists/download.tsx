/** Files of the API, taken away: a problem is told where the button is, a session that ran out is renewed first. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { answered } from "../api/client";
import { Button, toastProblem } from "../design";

/** Hand a file to the browser. */
export function keep(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser has taken it by then
}

/** The name that the API gives a file; in full where it is not of plain letters. */
function nameOf(answer: Response): string | undefined {
  const said = answer.headers.get("content-disposition") ?? "";
  const full = /filename\*=utf-8''([^;]+)/i.exec(said)?.[1];
  return full ? decodeURIComponent(full) : /filename="?([^";]+)/.exec(said)?.[1];
}

/** Fetch a file and hand it to the browser; what went wrong is said. */
export const takeAway = (path: string, name: string): Promise<void> =>
  answered("GET", path).then(async (answer) => keep(await answer.blob(), nameOf(answer) ?? name)).catch(toastProblem);

interface Props {
  path: string;
  /** Where the API gives none. */
  name: string;
  look?: "plain" | "quiet" | "primary";
  label?: string;
  children: ComponentChildren;
}

export function DownloadButton({ path, name, look = "plain", label, children }: Props) {
  const [busy, wait] = useState(false);
  const take = async () => {
    wait(true);
    await takeAway(path, name);
    wait(false);
  };
  return <Button look={look} icon="download" disabled={busy} aria-busy={busy} aria-label={label} onClick={take}>{children}</Button>;
}
