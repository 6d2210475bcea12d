import type { ReactNode } from 'react';

interface ScrolledProps {
  /** What it is, for who hears the page. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A table that may be wider than the page: it scrolls by itself, by keyboard too. */
export const Scrolled = ({ label, children }: ScrolledProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
  <section className="scrolled" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
