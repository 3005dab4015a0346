/** Builds the page into `outDir`, `dist/page/` where it is left out. */
export function buildPage(options?: { readonly outDir?: string }): Promise<void>;
