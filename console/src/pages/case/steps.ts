/** The steps of a case: how each looks, what it needs, how it is undone. ONE table; which are allowed the API says. */
import type { IconName } from "../../design";
import type { Case, StepName, StepOrder } from "./case";

type Need = "assignee" | "due_at" | "false_positive_reason" | "extension_reason" | "satisfaction" | "photos" | "vehicle_id";

export interface StepLook {
  icon: IconName;
  look: "primary" | "plain" | "danger" | "quiet";
  /** Taken at once, without a form. */
  atOnce?: boolean;
  needs?: readonly Need[];
  comment: "optional" | "if_critical" | "or_photo" | "always";
  /** A key while the case is open. */
  key?: string;
}

export const STEPS: Record<StepName, StepLook> = {
  acknowledge: { icon: "check", look: "primary", atOnce: true, comment: "optional", key: "a" },
  assign: { icon: "user", look: "primary", needs: ["assignee"], comment: "optional", key: "s" },
  handle: { icon: "flag", look: "primary", needs: ["photos"], comment: "or_photo", key: "h" },
  verify: { icon: "shield", look: "primary", needs: ["photos"], comment: "optional", key: "v" },
  close: { icon: "lock", look: "primary", comment: "if_critical", key: "c" },
  confirm_vehicle: { icon: "truck", look: "plain", needs: ["vehicle_id"], comment: "optional" },
  call_back: { icon: "phone", look: "plain", needs: ["satisfaction"], comment: "optional" },
  extend: { icon: "clock", look: "plain", needs: ["extension_reason", "due_at"], comment: "optional" },
  send_back: { icon: "arrow_left", look: "plain", comment: "always" },
  reopen: { icon: "refresh", look: "plain", comment: "always" },
  comment: { icon: "edit", look: "quiet", needs: ["photos"], comment: "or_photo", key: "m" },
  false_positive: { icon: "close", look: "danger", needs: ["false_positive_reason"], comment: "if_critical", key: "f" },
};

/** Steps that many cases may take at once from the list. */
export const BULK: readonly StepName[] = ["acknowledge", "assign", "false_positive"];

/** Steps in the order of the buttons; what the table does not know is left to newer consoles. */
export function ordered(allowed: readonly string[]): StepName[] {
  return (Object.keys(STEPS) as StepName[]).filter((step) => allowed.includes(step));
}

/** What somebody has filled in so far. */
export interface Draft {
  comment: string;
  assignee: string;
  due_at: string | null;
  reason: string;
  satisfaction: number;
  vehicle_id: string;
  photos: string[];
}

export const BLANK: Draft = { comment: "", assignee: "", due_at: null, reason: "", satisfaction: 0, vehicle_id: "", photos: [] };

export function needsComment(one: Pick<Case, "comment_required">, step: StepName, draft: Draft = BLANK): boolean {
  const { comment } = STEPS[step];
  if (comment === "always" || draft.reason === "other") return true;
  if (comment === "or_photo") return draft.photos.length === 0;
  return comment === "if_critical" && one.comment_required;
}

/** Return what is still missing, in the order of the form; nothing means that the step can be sent. */
export function missing(one: Pick<Case, "comment_required">, step: StepName, draft: Draft): ("comment" | Need)[] {
  const lacks: Record<Need, boolean> = {
    assignee: false, // the platform sends whoever is on duty
    due_at: false, // the platform has a default
    false_positive_reason: !draft.reason,
    extension_reason: !draft.reason,
    satisfaction: draft.satisfaction === 0,
    photos: false,
    vehicle_id: !draft.vehicle_id,
  };
  const found: ("comment" | Need)[] = (STEPS[step].needs ?? []).filter((need) => lacks[need]);
  return needsComment(one, step, draft) && !draft.comment.trim() ? [...found, "comment"] : found;
}

/** Return the order of a step with what was filled in, and nothing that was not. */
export function orderOf(step: StepName, expected_version: number, draft: Draft): StepOrder {
  return {
    step,
    expected_version,
    ...(draft.comment.trim() && { comment: draft.comment.trim() }),
    ...(draft.assignee && { assignee: draft.assignee }),
    ...(draft.due_at && { due_at: draft.due_at }),
    ...(draft.reason && { reason: draft.reason }),
    ...(draft.satisfaction && { satisfaction: draft.satisfaction }),
    ...(draft.vehicle_id && { vehicle_id: draft.vehicle_id }),
    ...(draft.photos.length > 0 && { photos: draft.photos }),
  };
}

/** Return the step that takes a step back, of those now allowed; null where the life of a case knows none. */
export function undoOf(step: string, allowed: readonly string[]): StepName | null {
  const back: Partial<Record<string, StepName>> = { close: "reopen", false_positive: "reopen", handle: "send_back", verify: "send_back" };
  const found = back[step];
  return found && allowed.includes(found) ? found : null;
}
