/** Turns what happened in the workspace into pushes to the page. */
import { messageAt } from '../state/queries.ts';
import type { WorkspaceState } from '../state/records.ts';
import type { Happening } from '../state/workspace.ts';
import type { Hub } from './hub.ts';
import { pageChannel, pageMessage } from './shapes.ts';

export function showOnPage(state: WorkspaceState, hub: Hub, happening: Happening): void {
  switch (happening.type) {
    case 'posted':
    case 'changed':
    case 'touched':
    case 'reacted':
    case 'unreacted':
      hub.push({ type: 'message', message: pageMessage(state, happening.message) });
      break;
    case 'deleted':
      hub.push({ type: 'message.deleted', channel: happening.message.channel, ts: happening.message.ts });
      break;
    case 'channel':
      hub.push({ type: 'channel', channel: pageChannel(state, happening.channel) });
      break;
    case 'joined':
      break;
    case 'file':
      for (const share of happening.file.shares) {
        const message = messageAt(state, share.channel, share.ts);
        if (message) hub.push({ type: 'message', message: pageMessage(state, message) });
      }
      break;
  }
}
