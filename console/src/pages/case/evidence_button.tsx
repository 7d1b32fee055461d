/** Takes the signed bundle of a case away; making it takes seconds, so that the button says what it does. */
import { useState } from "preact/hooks";
import { ApiError } from "../../api/client";
import { Button, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { words } from "./words";

const t = translator(words);

async function fetched(case_id: string): Promise<{ blob: Blob; name: string | undefined }> {
  const answer = await fetch(`/v1/cases/${encodeURIComponent(case_id)}/evidence`, { credentials: "same-origin" });
  if (!answer.ok) throw new ApiError(await answer.json().catch(() => ({ type: "about:blank", status: answer.status, title: answer.statusText })));
  return { blob: await answer.blob(), name: /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] };
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser has taken it by then
}

export function EvidenceButton({ case_id, case_no, look = "quiet" }: { case_id: string; case_no: string; look?: "quiet" | "plain" }) {
  const [busy, setBusy] = useState(false);
  if (!may("export") || !may("track")) return null;
  const take = async () => {
    setBusy(true);
    await fetched(case_id).then(({ blob, name }) => save(blob, name ?? `${case_no}.zip`), toastProblem);
    setBusy(false);
  };
  return <Button look={look} icon="download" disabled={busy} onClick={take} data-evidence={case_id}>{t(busy ? "evidence_making" : "evidence")}</Button>;
}
