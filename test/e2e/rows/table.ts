/**
 * What a user does, and what must happen: every row has an id, and `rows.test.ts` holds that each is proved. A new
 * behaviour gets its row here first.
 */
export const ROWS = {
  // Mentioned with a task
  'mention.one-message': 'a mention is answered in its thread by one message that edits itself until done',
  'mention.once': 'the two events of a mention, and their redeliveries, make one turn',
  'mention.by-app': 'what an app writes, we ourselves included, asks for nothing',
  'mention.empty': 'a mention that asks for nothing gets the short help',

  // Mentioned in a thread it does not know
  'context.quoted-once': 'an unknown thread is read once and quoted, names kept, as data that gives no orders',
  'context.bounded': 'of a long thread the root and the newest are quoted, at most 50 messages and 20 kB',
  'context.files': 'the files of an unknown thread count as attached',

  // A reply without a mention
  'reply.continues': 'a reply goes on in the same sandbox, with the same variables and the same history',
  'reply.broadcast': 'a reply that is also sent to the channel is one request',
  'reply.mention-required': 'with MENTION_REQUIRED=true a reply without a mention is nothing, and one with it is',
  'reply.not-for-us': 'a reply that begins with a mention of others or !aside, or is only emoji, is no request',
  'reply.unknown-thread': 'a reply in a thread where it was never asked is no request',

  // Written while a turn runs
  'queue.in-order': 'what is written while a turn runs waits with a sign on it, and runs in order',
  'queue.capped': 'more than may wait is refused, with what to do',
  'queue.edited': 'an edit of a message that waits counts; one that asks for nothing any more takes it out',
  'queue.deleted': 'a message that waits and is deleted is not run',
  'running.edited': 'an edit of the message that runs is told, with a button that runs the new text once',
  'running.deleted': 'deleting the message that runs stops it',

  // /run
  'run.opens-thread': '`/run` opens a thread that says who ran what, and answers there',
  'run.code': '`/run` with a fenced block runs it without the model',
  'run.not-member': 'where the bot is no member, `/run` offers to run the same task in the direct message, once',
  'run.not-member-long': 'a task too long for that button is refused with what to do',
  'run.direct-message': '`/run` works in the direct message too',
  'run.help': '`/run help`, and `/run` alone, tell whoever typed it, alone',
  'run.status': '`/run status` lists the own turns and sessions of this channel, with links',
  'run.stop': '`/run stop` stops the own turns of this channel and nobody else’s',
  'run.end': '`/run end` ends the own sessions of this channel and says so in their threads',
  'run.model': '`/run model` names the model and its host, and no key',

  // Code alone
  'code.without-model': 'a message that is only a fenced block runs as it is: no request to the model, no tokens',
  'code.inline': 'a message that is only inline code runs as it is',
  'code.snippet': 'a message that is only a code snippet runs as it is',
  'code.with-words': 'a block with words beside it is a task, and the model sees the block',
  'code.language': "its language is the fence's, else a first line that names one, else Python; each keeps its state",
  'code.other-language': 'a language it does not run is named, with those that it runs',
  'code.not-repaired': 'its failure is not repaired unasked',
  'code.fix-it': '"Fix it" lets the model repair it, once',

  // Words alone in a thread
  'words.stop': '`stop` stops what runs, without waiting',
  'words.status': '`status` says what runs, what waits and how the sandbox is',
  'words.reset': '`reset` gives a fresh sandbox and keeps the history',
  'words.end': '`end` kills the sandbox and closes the thread until the next mention',
  'words.help': '`help` shows the short help in the thread',
  'words.exact': 'a word with anything beside it is a task',

  // Buttons
  'buttons.stop': 'Stop acts at once, also while others wait, and says who and whether the variables survived',
  'buttons.rerun': 'Re-run runs the same code in the same sandbox, once for two presses, and leaves a line',
  'buttons.edit': 'Edit & run opens the code in a form and runs what is sent, in the language chosen',
  'buttons.edit-file': 'longer code goes through a file, and an empty file is told',
  'buttons.code': 'Show code shows the code of every step to whoever asks, alone',
  'buttons.newest': 'when the thread has gone on, a button says so and gives way to a line',
  'buttons.closed': 'when the session was ended, a button says so and gives way to a line',
  'buttons.checked': 'a button starts nothing where it does not stand in the thread of its turn',
  'buttons.shortcut': 'the shortcut runs the code of any message in its thread',
  'buttons.shortcut-nothing': 'the shortcut says where there is no code, and where it cannot answer',
  'buttons.retry': 'Retry does the task of a turn that a restart cut off anew, once',

  // Attached files
  'files.before-code': 'an attached file is in the sandbox before the code runs',
  'files.known': 'the model is told name, size and type, and of a table its columns and first rows',
  'files.same-name': 'two files of one name keep apart',
  'files.alone': 'files without words are looked at',

  // Direct messages
  'dm.one-session': 'the top level of a direct message is one session, answered at top level, with no mention needed',
  'dm.not-for-us': 'there too an aside, and a reaction that is written as a message, is no request',
  'dm.thread': 'a thread in the direct message is a session of its own',

  // The one message
  'message.streams': 'code is seen while it is written, and output while it is printed, its end first',
  'message.parts': 'top to bottom: status, words, steps, results, files, footer, buttons',
  'message.tail': 'a step that runs shows the end of its output, and how much there is',
  'message.folds': 'steps that are over fold to a line',
  'message.literal': 'program output is literal: no colours, bars collapsed, nobody notified',
  'message.cut': 'what is left out is said, and arrives whole as a file',
  'message.code-cut': 'a long program is shown by its ends, and arrives whole as a file',
  'message.trace-cut': 'a long traceback is shown by where it began and how it ended, and arrives whole as a file',
  'message.table': 'a wide data frame fits into a thread',
  'message.figure': 'a figure arrives as an image with words for those who do not see it',
  'message.done-late': 'a long turn is announced when it is done, for edits notify nobody',

  // Attempts
  'attempts.announced': 'a failing run is repaired in sight, and each new attempt is a reply that names the error',
  'attempts.three': 'after three failing runs in a row it gives up and says why',
  'attempts.unchanged': 'it stops early when the same error comes back unchanged',
  'attempts.hopeless': 'it stops early, and says why, where no code can help: the time limit',
  'attempts.steps': 'it makes at most MAX_STEPS runs in a turn, whatever happens',

  // What the model sees
  'model.setting': 'the date and zone, the languages, what the sandbox has and may reach',
  'model.result': 'a tool result is at most 16 kB: its start, its end, and the path where it lies whole',
  'model.no-images': 'never the bytes of an image',
  'model.request': 'a request is bounded: the oldest goes first, tool calls and their results stay together',

  // Bad input
  'bad.many-files': 'of 25 files at once 20 are taken, and the others named',
  'bad.odd-files': 'an empty file, a binary, an unreadable picture, a path and emoji in a name',
  'bad.files-gone':
    'files that Slack has no bytes of are named, each with what to do, and the turn goes on with the rest',
  'bad.root-deleted': 'a thread whose root was deleted goes on',
  'bad.removed': 'removed from the channel in mid-turn, it ends the turn and posts nothing',
  'bad.archived': 'the turn of an archived channel ends, and others do not notice',
  'bad.old-button': 'a button of a turn that is not known any more says so, and goes',
  'bad.form-twice': 'a form that is sent twice runs once',
  'bad.empty-form': 'a form without code is told in the form, and stays open',
  'bad.mention-in-code': 'a mention that only stands inside code is none',
  'bad.other-writing': 'any language and writing reaches the model as it was written, and comes back so',
  'bad.long-text': '40 kB of text are one task, and none of it is lost',
  'bad.rich-text': 'every kind of rich text reaches the model as a readable text, code first taken from its blocks',

  // Restarts
  'restart.session': 'a session outlives the bot, and what was written meanwhile is answered',
  'restart.queued': 'what waited when the bot stopped is done by the next, in order, and bears its sign until then',
  'restart.stop': 'a stop ends the message with what had been printed, and a Retry button',
  'restart.gesture': 'what a press or a shortcut asked for just before a kill is done after it, once',
  'restart.kill': 'killed at any moment, no turn is lost and none is answered twice',
} as const;

export type RowId = keyof typeof ROWS;
