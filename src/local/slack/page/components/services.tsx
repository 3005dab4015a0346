import type { ServiceState } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { PopoverButton } from '../ui/popover.tsx';

const words: Readonly<Record<ServiceState['state'], string>> = { ok: 'ready', weaker: 'limited', off: 'off' };

interface Row extends ServiceState {
  readonly name: string;
}

/** What is real and what stands in: three lights, and a sentence for each. */
export function Services() {
  const { state } = usePage();
  const boot = state.boot;
  if (!boot) return null;
  const bot: Row = boot.bot.connected
    ? { name: 'Bot', state: 'ok', note: `${boot.bot.appName} is connected.` }
    : { name: 'Bot', state: 'off', note: `${boot.bot.appName} is offline and will connect by itself.` };
  const rows: readonly Row[] = [
    { name: 'Sandbox', ...boot.services.sandbox },
    { name: 'Model', ...boot.services.model },
    bot,
  ];
  const summary = rows.map((row) => `${row.name} ${words[row.state]}`).join(', ');
  return (
    <PopoverButton
      label={`Services: ${summary}`}
      title={summary}
      class="services"
      align="end"
      haspopup="dialog"
      testId="services"
      content={() => (
        <div class="services-list">
          <h3>What runs here</h3>
          <dl>
            {rows.map((row) => (
              <div key={row.name}>
                <dt>
                  <span class={`light is-${row.state}`} aria-hidden="true" /> {row.name}
                  <span class="light-word">{words[row.state]}</span>
                </dt>
                <dd>{row.note}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    >
      {rows.map((row) => (
        <span key={row.name} class="service">
          <span class={`light is-${row.state}`} aria-hidden="true" />
          <span class="service-name">{row.name}</span>
        </span>
      ))}
    </PopoverButton>
  );
}
