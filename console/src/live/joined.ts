/** A list of open cases and the changes that overtook it. No I/O. */
import { type Case, isEnded } from "../pages/case/case";

/** Return the cases of a list with what was heard of while it was on its way. */
export function joined(listed: readonly Case[], later: readonly Case[]): Map<string, Case> {
  const found = new Map(listed.map((one) => [one.case_id, one]));
  const newest = new Map(listed.map((one) => [one.case_id, one.change_no]));
  for (const one of later) {
    if ((newest.get(one.case_id) ?? -1) >= one.change_no) continue;
    newest.set(one.case_id, one.change_no);
    if (isEnded(one)) found.delete(one.case_id);
    else found.set(one.case_id, one);
  }
  return found;
}
