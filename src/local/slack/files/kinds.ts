/** What a file is, by its first bytes where they say, else by its name. Pure. */

export interface FileKind {
  readonly mimetype: string;
  readonly filetype: string;
  /** Whether its beginning can be shown as text. */
  readonly isText: boolean;
}

const BY_ENDING: Readonly<Record<string, FileKind>> = {
  csv: text('text/csv', 'csv'),
  tsv: text('text/tab-separated-values', 'tsv'),
  txt: text('text/plain', 'text'),
  log: text('text/plain', 'text'),
  md: text('text/markdown', 'markdown'),
  py: text('text/x-python', 'python'),
  js: text('text/javascript', 'javascript'),
  ts: text('text/typescript', 'typescript'),
  sh: text('text/x-shellscript', 'shell'),
  json: text('application/json', 'json'),
  yml: text('text/yaml', 'yaml'),
  yaml: text('text/yaml', 'yaml'),
  html: text('text/html', 'html'),
  css: text('text/css', 'css'),
  xml: text('application/xml', 'xml'),
  sql: text('text/x-sql', 'sql'),
  svg: binary('image/svg+xml', 'svg'),
  png: binary('image/png', 'png'),
  jpg: binary('image/jpeg', 'jpg'),
  jpeg: binary('image/jpeg', 'jpg'),
  gif: binary('image/gif', 'gif'),
  webp: binary('image/webp', 'webp'),
  pdf: binary('application/pdf', 'pdf'),
  zip: binary('application/zip', 'zip'),
  xlsx: binary('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'),
  parquet: binary('application/octet-stream', 'binary'),
};

const UNKNOWN = binary('application/octet-stream', 'binary');

function text(mimetype: string, filetype: string): FileKind {
  return { mimetype, filetype, isText: true };
}

function binary(mimetype: string, filetype: string): FileKind {
  return { mimetype, filetype, isText: false };
}

export function kindOf(name: string, bytes: Uint8Array): FileKind {
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const said = Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
  const seen = imageKind(bytes);
  if (seen) return seen;
  // An image by name alone is none: nothing may be shown as what it is not.
  if (said && !said.mimetype.match(/^image\/(?:png|jpeg|gif|webp)$/)) return said;
  if (said) return UNKNOWN;
  return looksLikeText(bytes) ? text('text/plain', 'text') : UNKNOWN;
}

function imageKind(bytes: Uint8Array): FileKind | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return BY_ENDING['png'];
  if (head.startsWith('\xff\xd8\xff')) return BY_ENDING['jpg'];
  if (head.startsWith('GIF8')) return BY_ENDING['gif'];
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return BY_ENDING['webp'];
  return undefined;
}

function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true;
  try {
    const start = bytes.subarray(0, 4096);
    return !new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true }).includes('\0');
  } catch {
    return false;
  }
}

/** The first lines of a text file, at most `lines` and 2,000 characters. */
export function previewOf(bytes: Uint8Array, lines = 12): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 8192));
  return start.split(/\r?\n/).slice(0, lines).join('\n').slice(0, 2000);
}
