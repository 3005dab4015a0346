/** The small rules that every block is checked with, in the words and JSON pointers of Slack's own refusals. Pure. */
import { isRecord, type Json } from '../json.ts';

export class Faults {
  readonly messages: string[] = [];

  add(message: string, at: string): void {
    this.messages.push(`[ERROR] ${message} [json-pointer:${at}]`);
  }
}

/** Checks one value at a JSON pointer. */
export type Rule = (value: unknown, at: string, faults: Faults) => void;

export interface TextLimits {
  readonly max: number;
  /** 1 where it is left out. */
  readonly min?: number;
}

export function string({ max, min = 1 }: TextLimits): Rule {
  return (value, at, faults) => {
    if (typeof value !== 'string') faults.add('must be a string', at);
    else if (value.length < min) faults.add(`must be more than ${min - 1} characters`, at);
    else if (value.length > max) faults.add(`must be less than ${max + 1} characters`, at);
  };
}

export const boolean: Rule = (value, at, faults) => {
  if (typeof value !== 'boolean') faults.add('must be a boolean', at);
};

export const anything: Rule = () => {};

export function oneOf(...allowed: readonly string[]): Rule {
  return (value, at, faults) => {
    if (typeof value !== 'string' || !allowed.includes(value)) faults.add(`must be a valid enum value`, at);
  };
}

export const url: Rule = (value, at, faults) => {
  string({ max: 3000 })(value, at, faults);
  if (typeof value === 'string' && !URL.canParse(value)) faults.add('must be a valid URL', at);
};

export function integer(min: number, max: number): Rule {
  return (value, at, faults) => {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      faults.add(`must be an integer from ${min} to ${max}`, at);
    }
  };
}

export function list(item: Rule, max: number, min = 1): Rule {
  return (value, at, faults) => {
    if (!Array.isArray(value)) {
      faults.add('must be an array', at);
      return;
    }
    if (value.length > max) faults.add(`no more than ${max} items allowed`, at);
    if (value.length < min) faults.add(`must have at least ${min} item${min === 1 ? '' : 's'}`, at);
    value.forEach((entry, index) => {
      item(entry, `${at}/${index}`, faults);
    });
  };
}

export interface Shape {
  readonly need?: Readonly<Record<string, Rule>>;
  readonly may?: Readonly<Record<string, Rule>>;
  /** Further rules over the whole record. */
  readonly also?: (value: Json, at: string, faults: Faults) => void;
}

/** A record with these fields and no others; `type` and `block_id` are always allowed. */
export function shape({ need = {}, may = {}, also }: Shape): Rule {
  const optional: Readonly<Record<string, Rule>> = { block_id: string({ max: 255 }), ...may };
  return (value, at, faults) => {
    if (!isRecord(value)) {
      faults.add('must be an object', at);
      return;
    }
    for (const [name, rule] of Object.entries(need)) {
      if (value[name] === undefined) faults.add(`missing required field: ${name}`, at);
      else rule(value[name], `${at}/${name}`, faults);
    }
    for (const [name, field] of Object.entries(value)) {
      if (name === 'type' || name in need) continue;
      const rule = optional[name];
      if (rule) rule(field, `${at}/${name}`, faults);
      else faults.add(`invalid additional property: ${name}`, at);
    }
    also?.(value, at, faults);
  };
}

/** Picks the rule by the record's `type`. */
export function byType(rules: Readonly<Record<string, Rule>>): Rule {
  return (value, at, faults) => {
    const type = isRecord(value) ? value['type'] : undefined;
    const rule = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (rule) rule(value, at, faults);
    else if (type === undefined) faults.add('missing required field: type', at);
    else faults.add(`unsupported type: ${String(type)}`, `${at}/type`);
  };
}

/** Exactly one of the two fields. */
export function either(one: string, other: string): (value: Json, at: string, faults: Faults) => void {
  return (value, at, faults) => {
    if ((value[one] === undefined) === (value[other] === undefined)) {
      faults.add(`must define either \`${one}\` or \`${other}\``, at);
    }
  };
}
