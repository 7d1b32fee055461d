/** The server's time as a component shows it, told anew every so often. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../api/clock";

export function useNow(every_ms: number): number {
  const [now, tick] = useState(serverNow_ms);
  useEffect(() => {
    const timer = setInterval(() => tick(serverNow_ms()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
