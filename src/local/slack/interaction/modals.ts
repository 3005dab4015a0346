/** Modals that are submitted or closed: `view_submission`, `view_closed`. */
import { checkView } from '../api/views.ts';
import { asList, asRecord, asText, type Json } from '../json.ts';
import type { PageAnswer, ViewState } from '../protocol.ts';
import type { Person } from '../state/records.ts';
import { wireView } from '../wire/views.ts';
import type { World } from '../world.ts';
import { viewValues } from './elements.ts';
import { failed, interact } from './interact.ts';
import type { OpenView } from './views.ts';

/** The modal closes when the app acknowledges, unless its answer says otherwise. */
export async function submitView(world: World, person: Person, view: OpenView, state: ViewState): Promise<PageAnswer> {
  const read = viewValues(view, state, world);
  if (read.missing.length > 0) {
    world.views.errors(view.id, Object.fromEntries(read.missing.map((block) => [block, 'This field is required.'])));
    return { ok: true };
  }
  for (const id of filesIn(read.values)) {
    const file = world.workspace.state.files.get(id);
    if (file?.user === person.id) world.workspace.commit({ put: 'file', value: { ...file, sentInForm: true } });
  }
  const payload = {
    type: 'view_submission',
    view: wireView(world.workspace.state, view, read.values),
    response_urls: [],
  };
  const reaction = await interact(world, person, payload);
  return reaction.ok ? applyViewAnswer(world, person, view, reaction.body) : reaction;
}

/** The ids of the files that a form's file inputs hold. */
function filesIn(values: Json): readonly string[] {
  const held = Object.values(values).flatMap((inputs) => Object.values(asRecord(inputs)).map(asRecord));
  return held.flatMap(({ files }) => asList(files)).map((file) => asText(asRecord(file)['id']));
}

function applyViewAnswer(world: World, person: Person, view: OpenView, answer: Json): PageAnswer {
  const action = asText(answer['response_action']);
  if (action === 'errors') {
    const errors = Object.entries(asRecord(answer['errors'])).map(([block, text]) => [block, asText(text)]);
    world.views.errors(view.id, Object.fromEntries(errors));
    return { ok: true };
  }
  if (action === 'update' || action === 'push') {
    const next = asRecord(answer['view']);
    const refusal = checkView(next, world);
    if (refusal) return failed('The app answered with a form that cannot be shown.');
    if (action === 'update') world.views.update(view.id, next);
    else world.views.push(person.id, next);
    return { ok: true };
  }
  if (action === 'clear') world.views.clear(person.id);
  else world.views.close(view.id);
  return { ok: true };
}

export async function closeView(world: World, person: Person, view: OpenView): Promise<PageAnswer> {
  const wantsToKnow = view.view['notify_on_close'] === true;
  const clears = view.view['clear_on_close'] === true;
  if (clears) world.views.clear(person.id);
  else world.views.close(view.id);
  if (wantsToKnow) {
    const payload = { type: 'view_closed', view: wireView(world.workspace.state, view), is_cleared: clears };
    await interact(world, person, payload, false);
  }
  return { ok: true };
}
