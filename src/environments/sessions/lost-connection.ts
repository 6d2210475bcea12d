/** Codes of the system and of Node's own HTTP client for a peer that is not there, or no longer. */
const LOST =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_SOCKET|ERR_STREAM|UND_ERR)/;

/** Whether an error says that nobody answered, rather than what was answered. */
export const isLostConnection = (thrown: unknown): boolean => {
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string' && LOST.test(code)) return true;
    if (at instanceof TypeError && at.message === 'fetch failed') return true;
    if (at instanceof AggregateError && at.errors.some(isLostConnection)) return true;
  }
  return false;
};
