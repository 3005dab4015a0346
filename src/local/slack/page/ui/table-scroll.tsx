import type { ComponentChildren } from 'preact';

/** A wide table scrolls inside its own region, with the keyboard too; the page never scrolls sideways. */
export function TableScroll({ children }: { readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the region cannot be scrolled with the keyboard
    <section class="table-scroll" tabIndex={0} aria-label="Table">
      {children}
    </section>
  );
}
