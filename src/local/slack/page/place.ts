/** Where the person is: a channel, perhaps a thread in it. Kept in the address after `#`, so a reload stays. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
}

/** `#C024BE91L/1700000000.000100` */
export function formatPlace(place: Place): string {
  return place.threadTs === undefined ? `#${place.channel}` : `#${place.channel}/${place.threadTs}`;
}

/** Undefined for anything that is not a place. */
export function parsePlace(hash: string): Place | undefined {
  const [, channel, threadTs] = /^#([CDG][A-Z0-9]+)(?:\/(\d+\.\d+))?$/.exec(hash) ?? [];
  if (channel === undefined) return undefined;
  return threadTs === undefined ? { channel } : { channel, threadTs };
}

/** The key of a thread, of a draft and of a status. */
export function placeKey(place: Place): string {
  return formatPlace(place).slice(1);
}
