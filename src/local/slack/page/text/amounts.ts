/** "1 reply", "3 replies". */
export function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** "812 B", "3.4 kB", "1.2 MB": decimal units, one digit below ten. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  const units = ['B', 'kB', 'MB', 'GB'];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "Python" for `text/x-python`, "PNG" for `image/png`: a file card's second line. */
export function fileKind(name: string, mimetype: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1) : '';
  const known: Readonly<Record<string, string>> = {
    py: 'Python',
    js: 'JavaScript',
    ts: 'TypeScript',
    sh: 'Shell script',
    txt: 'Plain text',
    log: 'Log',
    md: 'Markdown',
    ipynb: 'Notebook',
  };
  const named = known[extension.toLowerCase()];
  if (named !== undefined) return named;
  if (extension !== '' && extension.length <= 5) return extension.toUpperCase();
  return mimetype === '' ? 'File' : mimetype;
}
