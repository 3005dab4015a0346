/** The filter, run by a small machine of our own: what the kernel would decide. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Instruction,
  seccompInstructions,
  seccompProgram,
  UnknownArchitecture,
} from '../../../src/local/sandbox/seccomp.ts';
import { ARCHITECTURES, DENIED } from '../../../src/local/sandbox/syscalls.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const errno = (number: number) => 0x00050000 | number;
const [EPERM, ENOSYS, EPROTONOSUPPORT, EAFNOSUPPORT] = [1, 38, 93, 97];

/** Classic BPF, as far as a seccomp filter uses it. */
function decide(
  program: readonly Instruction[],
  call: { audit: number; number: number; args?: readonly number[] },
): number {
  const data = new Map([
    [0, call.number],
    [4, call.audit],
    [16, call.args?.[0] ?? 0],
    [24, call.args?.[1] ?? 0],
    [32, call.args?.[2] ?? 0],
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 1) {
    const [code, jumpTrue, jumpFalse, operand] = program[at] ?? [0, 0, 0, 0];
    const jump = (taken: boolean) => {
      at += taken ? jumpTrue : jumpFalse;
    };
    if (code === 0x20) accumulator = data.get(operand) ?? 0;
    else if (code === 0x15) jump(accumulator === operand);
    else if (code === 0x35) jump(accumulator >>> 0 >= operand);
    else if (code === 0x45) jump((accumulator & operand) !== 0);
    else if (code === 0x06) return operand >>> 0;
    else throw new Error(`no such instruction: ${code}`);
  }
  throw new Error('fell off the end');
}

const MACHINES = Object.entries(ARCHITECTURES).map(([name, machine]) => ({ name, machine }));

describe.each(MACHINES)('the filter on $name', ({ name, machine }) => {
  const program = seccompInstructions(name);
  const ask = (number: number, ...args: number[]) => decide(program, { audit: machine.audit, number, args });

  it('refuses every call of the table', () => {
    for (const [call, numbers] of Object.entries(DENIED)) {
      const number = numbers[machine.column];
      if (number !== null) expect([call, ask(number)]).toEqual([call, errno(EPERM)]);
    }
  });

  it('allows what is not named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), (number) => {
        const named = Object.values(DENIED).some((numbers) => numbers[machine.column] === number);
        const { clone, ioctl, socket, socketpair, setsockopt } = machine;
        const special = [435, clone, ioctl, socket, socketpair, setsockopt].includes(number);
        fc.pre(!named && !special);
        expect(ask(number)).toBe(ALLOW);
      }),
    );
  });

  it('kills calls of another machine', () => {
    expect(decide(program, { audit: 0x40000003, number: 1 })).toBe(KILL);
    if (machine.otherAbi !== undefined) expect(ask(machine.otherAbi + 1)).toBe(KILL);
  });

  it('allows processes and threads, and no namespaces', () => {
    expect(ask(435)).toBe(errno(ENOSYS));
    expect(ask(machine.clone, 0x00000011)).toBe(ALLOW);
    expect(ask(machine.clone, 0x003d0f00)).toBe(ALLOW);
    for (const flag of [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x80])
      expect(ask(machine.clone, flag | 17)).toBe(errno(EPERM));
  });

  it('allows UNIX and internet sockets only', () => {
    for (let family = 0; family < 50; family += 1)
      expect([family, ask(machine.socket, family), ask(machine.socketpair, family)]).toEqual([
        family,
        [1, 2, 10].includes(family) ? ALLOW : errno(EAFNOSUPPORT),
        family === 1 ? ALLOW : errno(EAFNOSUPPORT),
      ]);
  });

  it('allows the protocols that are always there, so that nobody makes the kernel load others', () => {
    const allowed = Array.from({ length: 300 }, (_, protocol) => protocol).filter(
      (protocol) => ask(machine.socket, 2, 1, protocol) === ALLOW,
    );
    expect(allowed).toEqual([0, 1, 6, 17, 58]);
    expect(ask(machine.socket, 10, 1, 132)).toBe(errno(EPROTONOSUPPORT));
  });

  it('lets nobody enlarge the buffers of a socket, and says that it did', () => {
    expect([7, 8].map((option) => ask(machine.setsockopt, 3, 1, option))).toEqual([errno(0), errno(0)]);
    expect([2, 9].map((option) => ask(machine.setsockopt, 3, 1, option))).toEqual([ALLOW, ALLOW]);
    expect(ask(machine.setsockopt, 3, 6, 7)).toBe(ALLOW);
  });

  it('does not let anybody type into the terminal', () => {
    expect([ask(machine.ioctl, 1, 0x5412), ask(machine.ioctl, 1, 0x541c)]).toEqual([errno(EPERM), errno(EPERM)]);
    expect(ask(machine.ioctl, 1, 0x5401)).toBe(ALLOW);
  });

  it('is written as the kernel reads it', () => {
    const bytes = seccompProgram(name);
    expect(bytes.length).toBe(program.length * 8);
    expect(bytes.subarray(0, 8).toString('hex')).toBe('2000000004000000');
  });
});

it('has no filter for a machine it does not know', () => {
  expect(() => seccompProgram('mips')).toThrow(UnknownArchitecture);
});
