/** The log of the local world, passed by value. */
export type LocalLog = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;
