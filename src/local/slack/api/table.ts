/** Every method the server knows: who may call it, how often, and what it does. */
import type { Answer, Handler } from './answer.ts';
import { assistantThreadsSetStatus } from './assistant.ts';
import { apiTest, appsConnectionsOpen, authTest, botsInfo, teamInfo, usersInfo, usersList } from './auth.ts';
import { chatDelete, chatGetPermalink, chatPostEphemeral, chatPostMessage, chatUpdate } from './chat.ts';
import {
  conversationsCreate,
  conversationsHistory,
  conversationsInfo,
  conversationsInvite,
  conversationsJoin,
  conversationsList,
  conversationsMembers,
  conversationsOpen,
  conversationsReplies,
} from './conversations.ts';
import { filesDelete, filesInfo, filesList } from './files.ts';
import { reactionsAdd, reactionsGet, reactionsRemove } from './reactions.ts';
import { filesCompleteUploadExternal, filesGetUploadUrlExternal } from './uploads.ts';
import { viewsOpen, viewsPush, viewsUpdate } from './views.ts';

export interface Method {
  /** Any one of these is enough; none needed where empty. Methods whose scope depends on the conversation check it themselves. */
  readonly scopes: readonly string[];
  /** Calls a minute in the workspace; undefined where there is no such limit. */
  readonly perMinute: number | undefined;
  readonly token: 'bot' | 'app' | 'any' | 'none';
  readonly handle: Handler;
}

/** Tiers of the rate limits page. */
const TIER_2 = 20;
const TIER_3 = 50;
const TIER_4 = 100;

function bot(handle: Handler, perMinute: number | undefined, ...scopes: readonly string[]): Method {
  return { handle, perMinute, scopes, token: 'bot' };
}

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['api.test', { handle: (args): Answer => apiTest(args), perMinute: undefined, scopes: [], token: 'none' }],
  ['auth.test', { handle: authTest, perMinute: 600, scopes: [], token: 'any' }],
  ['apps.connections.open', { handle: appsConnectionsOpen, perMinute: TIER_3, scopes: [], token: 'app' }],
  ['assistant.threads.setStatus', bot(assistantThreadsSetStatus, 600, 'chat:write', 'assistant:write')],
  ['bots.info', bot(botsInfo, TIER_3, 'users:read')],
  ['chat.delete', bot(chatDelete, TIER_3, 'chat:write')],
  ['chat.getPermalink', bot(chatGetPermalink, 600)],
  ['chat.postEphemeral', bot(chatPostEphemeral, TIER_4, 'chat:write')],
  ['chat.postMessage', bot(chatPostMessage, 300, 'chat:write')],
  ['chat.update', bot(chatUpdate, TIER_3, 'chat:write')],
  ['conversations.create', bot(conversationsCreate, TIER_2, 'channels:manage', 'groups:write')],
  ['conversations.history', bot(conversationsHistory, TIER_3)],
  ['conversations.info', bot(conversationsInfo, TIER_3)],
  [
    'conversations.invite',
    bot(conversationsInvite, TIER_3, 'channels:manage', 'channels:write.invites', 'groups:write'),
  ],
  ['conversations.join', bot(conversationsJoin, TIER_3, 'channels:join')],
  ['conversations.list', bot(conversationsList, TIER_2)],
  ['conversations.members', bot(conversationsMembers, TIER_4)],
  ['conversations.open', bot(conversationsOpen, TIER_3, 'im:write', 'mpim:write')],
  ['conversations.replies', bot(conversationsReplies, TIER_3)],
  ['files.completeUploadExternal', bot(filesCompleteUploadExternal, TIER_4, 'files:write')],
  ['files.delete', bot(filesDelete, TIER_3, 'files:write')],
  ['files.getUploadURLExternal', bot(filesGetUploadUrlExternal, TIER_4, 'files:write')],
  ['files.info', bot(filesInfo, TIER_4, 'files:read')],
  ['files.list', bot(filesList, TIER_3, 'files:read')],
  ['reactions.add', bot(reactionsAdd, TIER_3, 'reactions:write')],
  ['reactions.get', bot(reactionsGet, TIER_3, 'reactions:read')],
  ['reactions.remove', bot(reactionsRemove, TIER_2, 'reactions:write')],
  ['team.info', bot(teamInfo, TIER_3, 'team:read')],
  ['users.info', bot(usersInfo, TIER_4, 'users:read')],
  ['users.list', bot(usersList, TIER_2, 'users:read')],
  ['views.open', bot(viewsOpen, TIER_4)],
  ['views.push', bot(viewsPush, TIER_4)],
  ['views.update', bot(viewsUpdate, TIER_4)],
]);
