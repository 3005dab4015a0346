/** The seccomp filter of every sandbox, assembled here: classic BPF, as `bwrap --seccomp` reads it. */
import { ARCHITECTURES, type Architecture, DENIED } from './syscalls.ts';

/** One instruction: code, jump if true, jump if false, operand. */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

const LOAD = 0x20;
const RETURN = 0x06;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_EQUAL = 0x35;
const JUMP_SET = 0x45;

/** Offsets in struct seccomp_data. */
const NUMBER = 0;
const ARCH = 4;
const ARGUMENT_0 = 16;
const ARGUMENT_1 = 24;
const ARGUMENT_2 = 32;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = ERRNO | 1;
const ENOSYS = ERRNO | 38;
const EPROTONOSUPPORT = ERRNO | 93;
const EAFNOSUPPORT = ERRNO | 97;
/** Answers "done" and does nothing. */
const IGNORED = ERRNO;

/** The same number everywhere; its flags lie behind a pointer, so it is "not there", and the C library uses clone. */
const CLONE3 = 435;
/** Every CLONE_NEW* flag, CLONE_NEWTIME included. */
const NEW_NAMESPACE = 0x7e020080;
/** Would type into the terminal the host was started from. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const AF_UNIX = 1;
/** IPv4 and IPv6. Network namespaces do not cover AF_VSOCK before Linux 7.0, and most families are seldom-used code. */
const AF_INETS = [2, 10];
/** The default one, ICMP, TCP, UDP, ICMPv6. Others (SCTP, DCCP, MPTCP) would make the kernel load modules. */
const PROTOCOLS = [0, 1, 6, 17, 58];
const SOL_SOCKET = 1;
/** SO_SNDBUF, SO_RCVBUF: what a socket holds is the kernel's memory, which no limit of a process counts. */
const BUFFER_SIZES = [7, 8];

export class UnknownArchitecture extends Error {
  constructor(name: string) {
    super(`no system call table for ${name}`);
    this.name = 'UnknownArchitecture';
  }
}

function result(value: number): Instruction {
  return [RETURN, 0, 0, value];
}

function otherAbis(architecture: Architecture): Instruction[] {
  const check: Instruction[] = [[LOAD, 0, 0, ARCH], [JUMP_EQUAL, 1, 0, architecture.audit], result(KILL_PROCESS)];
  const load: Instruction = [LOAD, 0, 0, NUMBER];
  if (architecture.otherAbi === undefined) return [...check, load];
  return [...check, load, [JUMP_GREATER_EQUAL, 0, 1, architecture.otherAbi], result(KILL_PROCESS)];
}

function deny(number: number, answer: number): Instruction[] {
  return [[JUMP_EQUAL, 0, 1, number], result(answer)];
}

/** For one call: what its argument must pass. Ends with a result either way, so nothing needs to be reloaded. */
function whenCalled(number: number, then: readonly Instruction[]): Instruction[] {
  return [[JUMP_EQUAL, 0, then.length, number], ...then];
}

/** Goes on with the next instruction if what was loaded is one of the values; else returns `answer`. */
function oneOf(values: readonly number[], answer: number): Instruction[] {
  const last = values.length - 1;
  return [...values.map((value, index): Instruction => [JUMP_EQUAL, last - index + 1, 0, value]), result(answer)];
}

function allowedSockets(): Instruction[] {
  return [
    [LOAD, 0, 0, ARGUMENT_0],
    [JUMP_EQUAL, 0, 1, AF_UNIX],
    result(ALLOW),
    ...oneOf(AF_INETS, EAFNOSUPPORT),
    [LOAD, 0, 0, ARGUMENT_2],
    ...oneOf(PROTOCOLS, EPROTONOSUPPORT),
    result(ALLOW),
  ];
}

function fixedBuffers(): Instruction[] {
  return [
    [LOAD, 0, 0, ARGUMENT_1],
    ...oneOf([SOL_SOCKET], ALLOW),
    [LOAD, 0, 0, ARGUMENT_2],
    ...oneOf(BUFFER_SIZES, ALLOW),
    result(IGNORED),
  ];
}

/** The filter as instructions. Throws UnknownArchitecture where there is no table: then there is no wall. */
export function seccompInstructions(arch: string): Instruction[] {
  const architecture = ARCHITECTURES[arch];
  if (!architecture) throw new UnknownArchitecture(arch);
  const denied = Object.values(DENIED)
    .map((numbers) => numbers[architecture.column])
    .filter((number) => number !== null);
  return [
    ...otherAbis(architecture),
    ...denied.flatMap((number) => deny(number, EPERM)),
    ...deny(CLONE3, ENOSYS),
    ...whenCalled(architecture.clone, [
      [LOAD, 0, 0, ARGUMENT_0],
      [JUMP_SET, 0, 1, NEW_NAMESPACE],
      result(EPERM),
      result(ALLOW),
    ]),
    ...whenCalled(architecture.ioctl, [
      [LOAD, 0, 0, ARGUMENT_1],
      [JUMP_EQUAL, 1, 0, TIOCSTI],
      [JUMP_EQUAL, 0, 1, TIOCLINUX],
      result(EPERM),
      result(ALLOW),
    ]),
    ...whenCalled(architecture.socket, allowedSockets()),
    ...whenCalled(architecture.socketpair, [
      [LOAD, 0, 0, ARGUMENT_0],
      ...oneOf([AF_UNIX], EAFNOSUPPORT),
      result(ALLOW),
    ]),
    ...whenCalled(architecture.setsockopt, fixedBuffers()),
    result(ALLOW),
  ];
}

/** The filter as the kernel reads it: struct sock_filter, little-endian, eight bytes each. */
export function seccompProgram(arch: string): Buffer {
  const instructions = seccompInstructions(arch);
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  }
  return bytes;
}
