/** The id of something registered, found by typing a part of it or of its name. */
import { useEffect, useId, useState } from "preact/hooks";
import { request, withQuery } from "../../api/client";
import { Input } from "../../design";
import { descriptions, type Item, nameOf } from "./description";

// Enough to recognize what is meant; who does not find it types more.
const OFFERED_MOST = 12;
// What somebody types quickly is asked for once. [ms]
const PAUSE_MS = 200;

interface Offer {
  value: string;
  label: string;
}

/** Follow what a register has that fits what is typed. */
function useOffers(refers: string, typed: string, wanted: boolean): Offer[] {
  const [offers, offer] = useState<Offer[]>([]);
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    const ask = async () => {
      const register = (await descriptions()).registers.find((one) => one.name === refers);
      if (!register || !current) return;
      const answer = await request<Record<string, Item[]>>("GET", withQuery(`/v1/${refers}`, { q: typed.trim(), limit: OFFERED_MOST }));
      if (current) offer((answer[register.member] ?? []).map((item) => ({ value: String(item[register.id_name]), label: nameOf(item) })));
    };
    // Suggestions are a convenience; an id may be typed without them.
    const timer = setTimeout(() => ask().catch(() => offer([])), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [refers, typed, wanted]);
  return offers;
}

interface LookupProps {
  refers: string;
  value: string;
  disabled?: boolean;
  label?: string;
  onValue: (value: string) => void;
  onEnter?: () => void;
}

export function Lookup({ refers, value, disabled = false, label, onValue, onEnter }: LookupProps) {
  const list = useId();
  const [focused, focus] = useState(false);
  const offers = useOffers(refers, value, focused && !disabled);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !onEnter) return;
    event.preventDefault();
    onEnter();
  };
  const known = offers.find((offer) => offer.value === value)?.label;
  return (
    <>
      <Input value={value} disabled={disabled} list={list} maxLength={100} autocomplete="off" aria-label={label} title={known} onValue={onValue} onFocus={() => focus(true)} onKeyDown={keys} />
      <datalist id={list}>{offers.map((offer) => <option key={offer.value} value={offer.value}>{offer.label}</option>)}</datalist>
    </>
  );
}
