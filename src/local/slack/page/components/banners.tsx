import { useState } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';

/** What a person must know before they write: the bot is away, or something it needs is off. */
export function Banners() {
  const { state, storage } = usePage();
  const [, redraw] = useState({});
  const boot = state.boot;
  if (!boot) return null;
  const off = [boot.services.sandbox, boot.services.model].filter(
    (service) => service.state === 'off' && storage.get('banner') !== service.note,
  );
  return (
    <div class="banners">
      {!boot.bot.connected && state.link === 'open' && (
        <p class="banner is-bot" role="status" data-testid="bot-offline">
          <span class="light is-off" aria-hidden="true" />
          <span>{boot.bot.appName} is offline: reconnecting. What you write waits until it is back.</span>
        </p>
      )}
      {off.map((service) => (
        <p key={service.note} class="banner" role="status">
          <Icon name="warning" size={18} />
          <span>{service.note}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => {
              storage.set('banner', service.note);
              redraw({});
            }}
          >
            <Icon name="close" size={16} />
          </button>
        </p>
      ))}
    </div>
  );
}
