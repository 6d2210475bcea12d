import { diffWordsWithSpace } from 'diff';
import { visible } from './text.tsx';

/** A comparison of very long texts is given up after this long, and nothing is marked. */
const PATIENCE_MS = 40;

/** A text whose words are marked where the other text has others. */
export const Words = ({ text, other }: { readonly text: string; readonly other: string }) => {
  const changes = diffWordsWithSpace(other, text, { timeout: PATIENCE_MS });
  return (
    <p className="said">
      <bdi>
        {changes
          ? changes
              .filter(({ removed }) => !removed)
              .map(({ value, added }, i) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name
                added ? <mark key={i}>{visible(value)}</mark> : <span key={i}>{visible(value)}</span>,
              )
          : visible(text)}
      </bdi>
    </p>
  );
};
