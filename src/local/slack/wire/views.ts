/** Views as methods and payloads show them. Pure. */
import type { OpenView } from '../interaction/views.ts';
import { asText, type Json } from '../json.ts';
import type { WorkspaceState } from '../state/records.ts';

export function wireView(state: WorkspaceState, open: OpenView, values: Json = {}): Json {
  const { team } = state;
  const { view } = open;
  return {
    id: open.id,
    team_id: team.id,
    type: 'modal',
    title: view['title'],
    submit: view['submit'] ?? null,
    close: view['close'] ?? null,
    blocks: view['blocks'],
    private_metadata: asText(view['private_metadata']),
    callback_id: asText(view['callback_id']),
    external_id: open.externalId,
    state: { values },
    hash: open.hash,
    clear_on_close: view['clear_on_close'] === true,
    notify_on_close: view['notify_on_close'] === true,
    submit_disabled: view['submit_disabled'] === true,
    root_view_id: open.rootId,
    previous_view_id: open.previousId ?? null,
    app_id: team.appId,
    app_installed_team_id: team.id,
    bot_id: team.botId,
  };
}
