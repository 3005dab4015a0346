/** The page's icons, drawn for it: 20 × 20, one stroke width, the colour of the text around them. */
const strokes = {
  hash: 'M7.5 3 6 17M14 3l-1.5 14M3.5 7.500h13.500M3 12.500h13.5',
  lock: 'M5.5 9h9v7h-9zM7.5 9V6.500a2.5 2.5 0 0 1 5 0V9',
  plus: 'M10 4v12M4 10h12',
  down: 'm5.5 8 4.5 4.500L14.5 8',
  close: 'm5 5 10 10M15 5 5 15',
  send: 'M3.5 4.2 17 10 3.5 15.8 5.3 10zM5.3 10H11',
  smile: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM7.5 8.200v.6M12.5 8.200v.6M6.8 11.800c.8 1.4 1.9 2 3.2 2s2.4-.6 3.2-2',
  addReaction:
    'M15.3 9.500A6.5 6.5 0 1 1 9.8 4M7 8.500v.6M11 8.500v.6M6.3 11.800c.7 1.2 1.6 1.7 2.7 1.700s2-.5 2.7-1.700M15 2.500v5M12.5 5h5',
  at: 'M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0Zm0 0v1.200c0 1.2.8 2 1.9 2s2.1-1 2.1-3.200a7 7 0 1 0-2.8 5.6',
  code: 'm7 6.5-4 3.5 4 3.500M13 6.500l4 3.5-4 3.500M11.3 4.500l-2.6 11',
  slash: 'M12.5 4 7.5 16M4 3h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z',
  reply:
    'M4 4.500h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-5.500L7 17.500v-3H4a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1ZM6.5 8h7M6.5 11h4.5',
  pencil: 'm4 16 .7-3.2 8.6-8.600a1.4 1.4 0 0 1 2 0l.5.500a1.4 1.4 0 0 1 0 2L7.2 15.300zM11.8 5.700l2.5 2.5',
  trash: 'M4 5.500h12M8 5.500v-2h4v2M5.5 5.500l.8 11h7.400l.8-11M8.5 8.500l.3 5M11.5 8.500l-.3 5',
  more: 'M10 5.200v.1M10 10v.1M10 14.800v.1',
  download: 'M10 3.500v9M6.2 9l3.8 3.700L13.8 9M4 16.500h12',
  sun: 'M13.2 10a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0ZM10 2.500v1.500M10 16v1.500M2.5 10H4M16 10h1.500M4.7 4.700l1 1M14.3 14.300l1 1M15.3 4.700l-1 1M5.7 14.300l-1 1',
  moon: 'M16.2 11.800A6.8 6.8 0 0 1 8.2 3.800a6.6 6.6 0 1 0 8 8Z',
  screen: 'M3 4.500h14v9H3zM7.5 16.500h5M10 13.500v3',
  menu: 'M3.5 5.500h13M3.5 10h13M3.5 14.500h13',
  back: 'm11.5 4.5-5.5 5.5 5.5 5.500M6 10h10.5',
  play: 'M6.5 4.500v11l9-5.500z',
  expand: 'M11.5 3.500h5v5M16.5 3.500l-5.5 5.500M8.5 16.500h-5v-5M3.5 16.5 9 11',
  copy: 'M7.5 7.500h9v9h-9zM12.5 7.500v-4h-9v9h4',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  file: 'M5 2.800h6.500L15.5 7v10.200H5zM11.5 2.800V7h4',
  image: 'M3.5 4h13v12h-13zM3.5 13l3.7-3.7 3 3 2.3-2.3 4 4M12.8 7.400v.1',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  warning: 'M10 3 2.5 16.500h15zM10 8v4M10 14.200v.1',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  person: 'M13 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM4 17c.5-3 2.8-4.7 6-4.700s5.5 1.7 6 4.7',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM12.2 10a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0Z',
  terminal: 'M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.500H14',
} as const;

export type IconName = keyof typeof strokes;

export interface IconProps {
  readonly name: IconName;
  readonly size?: number;
}

/** Always decoration: the control around it carries the label. */
export function Icon({ name, size = 20 }: IconProps) {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'more' ? 2.4 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={strokes[name]} />
    </svg>
  );
}
