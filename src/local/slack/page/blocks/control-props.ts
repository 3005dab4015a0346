/** What every kind of control is given. */
import type { Fields } from './fields.ts';
import type { InputValue } from './host.ts';

export interface ControlProps {
  readonly element: Fields;
  readonly id: string;
  readonly value: InputValue;
  readonly onChange: (value: InputValue) => void;
  readonly isInvalid: boolean;
  readonly isDisabled: boolean;
  /** The id of its hint or error. */
  readonly describedBy: string | undefined;
  readonly label: string | undefined;
}
