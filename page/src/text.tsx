/**
 * Text that a model, a user or a tool wrote. It is shown as what it is: never as markup or a link, with characters that would
 * control a terminal or turn the direction of reading made visible.
 */
const controls = /\p{Cc}/gu;
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const visible = (text: string): string =>
  text
    .replace(controls, character => {
      const code = character.charCodeAt(0);
      if (character === '\n' || character === '\t') return character;
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : codeName(code);
    })
    .replace(directions, character => codeName(character.charCodeAt(0)));

const codeName = (code: number): string => `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;

export const Said = ({ text }: { readonly text: string }) => (
  <p className="said">
    <bdi>{visible(text)}</bdi>
  </p>
);

const FOLD = 160;

/** Folded behind its beginning if it is long. */
export const Folded = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const shown = visible(text);
  if (shown.length <= FOLD)
    return (
      <div className="folded">
        <span className="label">{label}</span> <code>{shown}</code>
      </div>
    );
  return (
    <details className="folded">
      <summary>
        <span className="label">{label}</span> <code>{shown.slice(0, FOLD - 20)}…</code>
      </summary>
      <pre>{shown}</pre>
    </details>
  );
};
