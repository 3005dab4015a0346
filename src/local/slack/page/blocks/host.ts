/** What a block needs from where it stands: a message, or a modal that holds input values. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageAnswer, PageFile } from '../../protocol.ts';

export type InputValue = string | readonly string[];

export interface BlockHost {
  /** Presses an interactive element. */
  press(blockId: string, actionId: string, value?: string): Promise<PageAnswer>;
  /** The files of the message, for `slack_file` references. */
  readonly files: readonly PageFile[];
  /** Only in a modal: inputs are held until it is submitted. */
  readonly form?: {
    value(blockId: string, actionId: string): InputValue | undefined;
    change(blockId: string, actionId: string, value: InputValue): void;
    error(blockId: string): string | undefined;
  };
}

const nowhere: BlockHost = {
  press: async () => ({ ok: false, error: 'Nothing listens here.' }),
  files: [],
};

export const BlockHostContext = createContext<BlockHost>(nowhere);

export const useBlockHost = (): BlockHost => useContext(BlockHostContext);
