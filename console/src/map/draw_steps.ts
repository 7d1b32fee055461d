/** What was drawn before and can be gone back to. Pure. */

// Who needs more has drawn for an hour.
export const UNDO_MOST = 200;

/** Steps that can be gone back and forth; one that changes nothing is none. */
export function steps<State>(first: State) {
  let kept = [first];
  let at = 0;
  return {
    note: (state: State) => {
      if (JSON.stringify(state) === JSON.stringify(kept[at])) return;
      kept = [...kept.slice(Math.max(0, at + 1 - UNDO_MOST), at + 1), state];
      at = kept.length - 1;
    },
    canGo: (way: -1 | 1) => kept[at + way] !== undefined,
    go: (way: -1 | 1) => kept[(at += way)] as State,
  };
}
