import type { DpoExample } from '../../trainer.ts';
import type { Row } from './batch.ts';
import type { Group } from './plan.ts';
import { completionRow, type EncodeContext, encodeOrDrop, isPrefix } from './rows.ts';

/** Pairs that may share one packed row of chosen completions; more would pad short rows to the longest. */
const PAIRS_PER_GROUP = 3;

/**
 * DPO's pairs as rows that travel together: a row of chosen completions, and a row for every rejected one. A pair of
 * which either half cannot be used is dropped.
 */
export const pairGroups = (examples: readonly DpoExample[], encoding: EncodeContext): readonly Group[] => {
  const pairs: { chosen: Row; rejected: Row }[] = [];
  for (const { prompt, chosen, rejected, tools } of examples) {
    const good = encodeOrDrop(encoding, [...prompt, ...chosen], tools);
    const bad = good && encodeOrDrop(encoding, [...prompt, ...rejected], tools);
    if (good === undefined || bad === undefined) continue;
    const numbered = (row: Row): Row => ({
      ...row,
      spans: row.spans.map(span => ({ ...span, pair: pairs.length })),
    });
    pairs.push({
      chosen: numbered(completionRow(good, true)),
      rejected: numbered(completionRow(bad, false)),
    });
  }
  // A chosen row begins with the chosen rows of the conversation's earlier turns: pack some of them together.
  const open: { chosen: Row; rejected: Row[] }[] = [];
  for (const { chosen, rejected } of pairs.toSorted(
    (a, b) => b.chosen.tokens.length - a.chosen.tokens.length,
  )) {
    const place = open.find(
      group => group.rejected.length < PAIRS_PER_GROUP && isPrefix(chosen, group.chosen),
    );
    if (place === undefined) {
      open.push({ chosen, rejected: [rejected] });
    } else {
      place.chosen = { tokens: place.chosen.tokens, spans: [...chosen.spans, ...place.chosen.spans] };
      place.rejected.push(rejected);
    }
  }
  return open.map(({ chosen, rejected }) => [chosen, ...rejected]);
};
