/** HTML made of templates that escape whatever is put into them, so that no text of a model or a user can become markup. */

/** Markup that needs no escaping. */
export interface Html {
  readonly markup: string;
}

type Content = Html | string | number | undefined | readonly Content[];

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    // Control characters are not allowed in HTML, even escaped.
    .replace(/[^\t\n\r\P{Cc}]/gu, '\ufffd')
    .toWellFormed();

const markupOf = (content: Content): string => {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
};

/**
 * Texts are escaped, lists are joined, `undefined` is nothing.
 *
 * @example html`<p class="${name}">${text}</p>`
 */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html => ({
  markup: parts.reduce((whole, part, i) => whole + markupOf(contents[i - 1]) + part),
});

/** Markup from a trusted constant. */
export const trusted = (markup: string): Html => ({ markup });
