import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog.tsx';
import { asFields, asText, type Fields } from './fields.ts';
import { useBlockHost } from './host.ts';
import { Label, TextObject } from './text-object.tsx';

export interface Press {
  /** Presses the element, after its confirmation dialog if it has one. */
  readonly press: (value?: string) => void;
  /** While the app has not answered; the element is then disabled so that it is pressed once. */
  readonly isBusy: boolean;
  /** To be drawn beside the element. */
  readonly dialog: ComponentChildren;
}

export function usePress(element: Fields, blockId: string): Press {
  const host = useBlockHost();
  const [isBusy, setBusy] = useState(false);
  /** Set while the confirmation is open; holds what is to be pressed. */
  const [asked, setAsked] = useState<{ readonly value: string | undefined } | null>(null);
  const send = async (value: string | undefined) => {
    setBusy(true);
    await host.press(blockId, asText(element['action_id']), value);
    setBusy(false);
  };
  const confirm = element['confirm'] === undefined ? undefined : asFields(element['confirm']);
  return {
    press: (value) => {
      if (confirm) setAsked({ value });
      else void send(value);
    },
    isBusy,
    dialog: confirm && asked && (
      <ConfirmDialog
        confirm={confirm}
        onDeny={() => setAsked(null)}
        onConfirm={() => {
          setAsked(null);
          void send(asked.value);
        }}
      />
    ),
  };
}

interface ConfirmDialogProps {
  readonly confirm: Fields;
  readonly onConfirm: () => void;
  readonly onDeny: () => void;
}

function ConfirmDialog({ confirm, onConfirm, onDeny }: ConfirmDialogProps) {
  const isDanger = confirm['style'] === 'danger';
  const title = asText(asFields(confirm['title'])['text']) || 'Are you sure?';
  return (
    <Dialog title={title} onClose={onDeny} class="dialog-small" testId="confirm">
      <div class="dialog-body">
        <TextObject of={confirm['text']} />
      </div>
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onDeny}>
          {confirm['deny'] === undefined ? 'Cancel' : <Label of={confirm['deny']} />}
        </button>
        <button
          type="button"
          class={isDanger ? 'button danger' : 'button primary'}
          data-testid="confirm-yes"
          onClick={onConfirm}
        >
          {confirm['confirm'] === undefined ? 'Yes' : <Label of={confirm['confirm']} />}
        </button>
      </footer>
    </Dialog>
  );
}
