/** What the app's manifest allows: the scopes it asks for, the events it hears, its commands and shortcuts. */
import { parse } from 'yaml';
import { asList, asRecord, asText } from './json.ts';

export interface SlashCommand {
  /** With the slash. */
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  /** Whether names in the text become `<@U…>` and `<#C…>`. */
  readonly shouldEscape: boolean;
}

export interface Shortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly kind: 'message' | 'global';
}

export interface Manifest {
  readonly appName: string;
  /** The bot's handle, without `@`. */
  readonly botName: string;
  readonly scopes: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly Shortcut[];
  readonly interactive: boolean;
  readonly socketMode: boolean;
  /** Whether people may write to the bot in a DM. */
  readonly messagesTab: boolean;
}

/** Reads the YAML of an app manifest. Throws an Error with one sentence where the text is no YAML. */
export function parseManifest(text: string): Manifest {
  const root = asRecord(parse(text));
  const features = asRecord(root['features']);
  const settings = asRecord(root['settings']);
  const scopes = asRecord(asRecord(root['oauth_config'])['scopes']);
  const bot = asRecord(features['bot_user']);
  const home = asRecord(features['app_home']);
  const name = asText(asRecord(root['display_information'])['name']) || 'App';
  return {
    appName: name,
    botName: asText(bot['display_name']) || name.toLowerCase(),
    // Whoever installs the app may withhold an optional scope; here they grant it.
    scopes: new Set([...asList(scopes['bot']), ...asList(scopes['bot_optional'])].map(asText)),
    events: new Set(asList(asRecord(settings['event_subscriptions'])['bot_events']).map(asText)),
    commands: asList(features['slash_commands']).map(asRecord).map(readCommand),
    shortcuts: asList(features['shortcuts']).map(asRecord).map(readShortcut),
    interactive: asRecord(settings['interactivity'])['is_enabled'] === true,
    socketMode: settings['socket_mode_enabled'] === true,
    messagesTab: home['messages_tab_enabled'] === true && home['messages_tab_read_only_enabled'] !== true,
  };
}

function readCommand(command: Record<string, unknown>): SlashCommand {
  return {
    command: asText(command['command']),
    description: asText(command['description']),
    usageHint: asText(command['usage_hint']),
    shouldEscape: command['should_escape'] === true,
  };
}

function readShortcut(shortcut: Record<string, unknown>): Shortcut {
  return {
    name: asText(shortcut['name']),
    callbackId: asText(shortcut['callback_id']),
    kind: shortcut['type'] === 'message' ? 'message' : 'global',
  };
}
