import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { Icon, type IconName } from '../ui/icon.tsx';

type Theme = 'system' | 'light' | 'dark';

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const icons: Readonly<Record<Theme, IconName>> = { system: 'screen', light: 'sun', dark: 'moon' };

/** Light, dark, or as the system says. */
export function ThemeButton() {
  const { storage } = usePage();
  const [theme, setTheme] = useState<Theme>(() => readTheme(storage.get('theme')));
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    storage.set('theme', theme === 'system' ? '' : theme);
  }, [theme]);
  const label = `Theme: ${theme}. Change to ${next[theme]}`;
  return (
    <button
      type="button"
      class="icon-button on-frame"
      aria-label={label}
      title={label}
      data-testid="theme"
      onClick={() => setTheme(next[theme])}
    >
      <Icon name={icons[theme]} size={18} />
    </button>
  );
}

function readTheme(stored: string): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}
