/** How much was used within the last minute: an exact sliding window. */
export interface Window {
  /** When `amount` more will fit under `limit` (ms, the clock's time); `now` if it fits already. */
  fitsAt(amount: number, limit: number, now: number): number;
  /** @returns corrects the amount when it turns out to be another */
  use(amount: number, now: number): (amount: number) => void;
}

const MINUTE = 60_000;

export const createWindow = (): Window => {
  let uses: { readonly at: number; amount: number; expired: boolean }[] = [];
  let first = 0;
  let sum = 0;
  const expire = (now: number): void => {
    while (first < uses.length && uses[first]!.at <= now - MINUTE) {
      sum -= uses[first]!.amount;
      uses[first++]!.expired = true;
    }
    if (first > 1000 && first * 2 > uses.length) {
      uses = uses.slice(first);
      first = 0;
    }
  };
  return {
    fitsAt: (amount, limit, now) => {
      expire(now);
      // What is more than a whole minute's worth goes when the window is empty: waiting longer would not help.
      let over = sum + Math.min(amount, limit) - limit;
      for (let i = first; i < uses.length && over > 0; i++) {
        over -= uses[i]!.amount;
        if (over <= 0) return uses[i]!.at + MINUTE;
      }
      return now;
    },
    use: (amount, now) => {
      const entry = { at: now, amount, expired: false };
      uses.push(entry);
      sum += amount;
      return corrected => {
        if (entry.expired) return;
        sum += corrected - entry.amount;
        entry.amount = corrected;
      };
    },
  };
};
