/** File objects as the Web API shows them. Pure. */
import type { Json } from '../json.ts';
import type { FileShare, StoredFile, WorkspaceState } from '../state/records.ts';

export function wireFile(state: WorkspaceState, file: StoredFile, url: string): Json {
  const address = `${url}/files-pri/${state.team.id}-${file.id}`;
  const name = encodeURIComponent(file.name);
  const isImage = file.mimetype.startsWith('image/');
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.processed ? file.mimetype : '',
    filetype: file.processed ? file.filetype : '',
    pretty_type: file.filetype.toUpperCase(),
    user: file.user,
    user_team: state.team.id,
    editable: file.mode === 'snippet',
    size: file.size,
    mode: file.mode,
    is_external: false,
    external_type: '',
    is_public: isPublic(state, file),
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${address}/${name}`,
    url_private_download: `${address}/download/${name}`,
    permalink: `${url}/files/${file.user}/${file.id}/${name}`,
    ...(file.altText === '' ? {} : { alt_txt: file.altText }),
    ...(isImage && file.processed && file.width !== undefined
      ? { original_w: file.width, original_h: file.height, thumb_360: `${address}/${name}` }
      : {}),
    ...(file.preview === undefined ? {} : { preview: file.preview, lines: file.preview.trimEnd().split('\n').length }),
    ...shareFields(state, file.shares),
    has_rich_preview: false,
    file_access: 'visible',
  };
}

function isPublic(state: WorkspaceState, file: StoredFile): boolean {
  return file.shares.some((share) => state.channels.get(share.channel)?.kind === 'channel');
}

/** Where it was shared: `shares.public|private.CHANNEL[].ts`, and the old id lists. */
function shareFields(state: WorkspaceState, shares: readonly FileShare[]): Json {
  const groups: { public: Record<string, Json[]>; private: Record<string, Json[]> } = { public: {}, private: {} };
  const ids: { channel: string[]; private: string[]; im: string[] } = { channel: [], private: [], im: [] };
  for (const share of shares) {
    const channel = state.channels.get(share.channel);
    if (!channel) continue;
    const group = groups[channel.kind === 'channel' ? 'public' : 'private'];
    const entry = {
      ts: share.ts,
      channel_name: channel.name,
      team_id: state.team.id,
      ...(share.threadTs === undefined ? {} : { thread_ts: share.threadTs }),
    };
    group[share.channel] = [...(group[share.channel] ?? []), entry];
    if (!ids[channel.kind].includes(share.channel)) ids[channel.kind].push(share.channel);
  }
  const used = Object.fromEntries(Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0));
  return { shares: used, channels: ids.channel, groups: ids.private, ims: ids.im };
}
